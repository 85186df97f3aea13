//! What is said of an operation of a client: in one line, and as its story.

use netsplit_core::id::NodeId;
use netsplit_core::time::Time;

use super::outcome::wait_text;
use crate::run::{OpOutcome, OpShown};

/// Letters of a call or a reply that a line has room for.
const LETTERS: usize = 40;

/// Who asked: `c1`, or of several clerks `c1's clerk 2`.
pub fn asker(op: &OpShown) -> String {
    match op.clerk {
        0 | 1 => op.client.to_string(),
        more => format!("{}'s clerk {more}", op.client),
    }
}

/// How an operation stands at a time: what comes later is not known yet.
pub fn stands(op: &OpShown, now: Time) -> OpOutcome {
    match op.returned {
        Some(returned) if returned <= now => op.outcome,
        _ => OpOutcome::Waiting,
    }
}

/// All of it in one line: `c2: get x, = 1 from n1 after 3 ms, by its lease.`
pub fn line(op: &OpShown, now: Time) -> String {
    let (who, call) = (asker(op), short(&op.call));
    if op.called > now {
        return format!("{who}: {call}, asked at {}.", op.called);
    }
    let tries = match tried(op, now) {
        0 | 1 => String::new(),
        more => format!(", at the {} try", ordinal(more)),
    };
    match stands(op, now) {
        OpOutcome::Waiting => {
            let at = op.tries.iter().rev().find(|(at, _)| *at <= now);
            let at = at.map_or(String::new(), |(_, server)| format!(" for {server}"));
            format!("{who}: {call}, waits{at} since {}{tries}.", op.called)
        }
        OpOutcome::Ok => {
            let reply = op.reply.as_deref().map_or_else(|| "done".to_owned(), short);
            let from = op.from.map_or(String::new(), |from| format!(" from {from}"));
            let how = op.read_by.map_or(String::new(), |by| format!(", {}", read_by(by)));
            format!("{who}: {call}, {reply}{from} after {}{tries}{how}.", took(op))
        }
        OpOutcome::Failed => {
            format!("{who}: {call}, surely not done; told so after {}{tries}.", took(op))
        }
        OpOutcome::Unknown => {
            format!("{who}: {call}, given up after {}{tries}: nobody knows.", took(op))
        }
    }
}

/// Its story: what was asked, whom and how often, what was answered by whom, as which entry, and
/// how it was read.
pub fn story(op: &OpShown, now: Time) -> Vec<String> {
    let who = asker(op);
    let mut story = vec![format!("{who} asked at {}: {}.", op.called, short(&op.call))];
    let servers: Vec<NodeId> =
        op.tries.iter().filter(|(at, _)| *at <= now).map(|(_, server)| *server).collect();
    match servers[..] {
        [] => story.push("No server has been asked yet.".to_owned()),
        [one] => story.push(format!("It asked {one}.")),
        [first, ref others @ ..] => {
            let others: Vec<String> = others.iter().map(NodeId::to_string).collect();
            let count = servers.len();
            story.push(format!(
                "It asked {count} times: first {first}, then {}.",
                others.join(", ")
            ));
        }
    }
    story.push(match stands(op, now) {
        OpOutcome::Waiting => "It waits.".to_owned(),
        OpOutcome::Ok => {
            let from = op.from.map_or("A server".to_owned(), |from| from.to_string());
            let reply = op.reply.as_deref().map_or_else(|| "done".to_owned(), short);
            format!("{from} answered after {}: {reply}.", took(op))
        }
        OpOutcome::Failed => {
            format!("After {} it was told that it surely was not done.", took(op))
        }
        OpOutcome::Unknown => {
            format!("After {} it gave up: it may have been done, may still be, or never.", took(op))
        }
    });
    if stands(op, now) == OpOutcome::Waiting {
        return story;
    }
    if let Some(index) = op.index {
        story.push(format!("It took effect as entry {index} of the log."));
    }
    if let Some(by) = op.read_by {
        story.push(format!("It was read {}.", read_by(by)));
    }
    story
}

/// How a query was read.
pub fn read_by(word: &str) -> &'static str {
    match word {
        "log" => "through the log",
        "read-index" => "by read-index (6.4)",
        "lease" => "by lease (6.4.1)",
        _ => "at a follower, by read-index (6.4)",
    }
}

/// How often it had been asked by a time.
pub fn tried(op: &OpShown, now: Time) -> usize {
    op.tries.iter().take_while(|(at, _)| *at <= now).count()
}

fn took(op: &OpShown) -> String {
    op.returned.map_or_else(String::new, |returned| wait_text(returned.since(op.called)))
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LETTERS) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

fn ordinal(number: usize) -> String {
    match number {
        2 => "second".to_owned(),
        3 => "third".to_owned(),
        more => format!("{more}th"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netsplit_core::history::OpId;

    fn at(millis: u64) -> Time {
        Time::from_micros(millis * 1_000)
    }

    fn read() -> OpShown {
        let server = |number| NodeId::from_number(number).expect("it has a number");
        OpShown {
            id: OpId::from_index(0),
            client: NodeId::client(2, 3).expect("it has a number"),
            clerk: 1,
            call: "get x".to_owned(),
            key: Some("x".to_owned()),
            query: true,
            called: at(100),
            tries: vec![(at(100), server(3)), (at(150), server(1))],
            returned: Some(at(160)),
            outcome: OpOutcome::Ok,
            reply: Some("= 1".to_owned()),
            from: Some(server(1)),
            read_by: Some("lease"),
            index: None,
            transaction: None,
        }
    }

    #[test]
    fn a_line_says_all_that_is_known_by_then() {
        let op = read();
        assert_eq!(line(&op, at(90)), "c2: get x, asked at 0.100000 s.");
        assert_eq!(line(&op, at(120)), "c2: get x, waits for n3 since 0.100000 s.");
        let waits = "c2: get x, waits for n1 since 0.100000 s, at the second try.";
        assert_eq!(line(&op, at(155)), waits);
        let answered = "c2: get x, = 1 from n1 after 60 ms, at the second try, by lease (6.4.1).";
        assert_eq!(line(&op, at(160)), answered);
        let failed = OpShown { outcome: OpOutcome::Failed, clerk: 3, ..read() };
        let told = "c2's clerk 3: get x, surely not done; told so after 60 ms, at the second try.";
        assert_eq!(line(&failed, at(200)), told);
    }

    #[test]
    fn a_story_goes_from_the_call_to_how_it_was_read() {
        assert_eq!(
            story(&read(), at(200)),
            [
                "c2 asked at 0.100000 s: get x.",
                "It asked 2 times: first n3, then n1.",
                "n1 answered after 60 ms: = 1.",
                "It was read by lease (6.4.1).",
            ]
        );
        assert_eq!(story(&read(), at(110)).last().map(String::as_str), Some("It waits."));
    }
}
