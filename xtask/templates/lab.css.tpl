/* What the page shows of LAB; colours come from tokens.css. */
