//! Reads as much of a WebAssembly module as shows whether it needs anything from outside.
//!
//! A module is a header of eight bytes and sections: a number, a length, a body. Numbers are
//! LEB128. Section 2 lists imports, section 3 has one entry a function.

use crate::shell::Outcome;

/// What was found in a module.
#[derive(Debug, PartialEq, Eq)]
pub struct Module {
    /// `module.name` of each import, in the order of the file.
    pub imports: Vec<String>,
    /// How many functions it defines itself.
    pub functions: u64,
}

/// Reads a module's imports and counts its functions.
pub fn read(bytes: &[u8]) -> Outcome<Module> {
    let mut rest = bytes.strip_prefix(b"\0asm\x01\0\0\0").ok_or("not a WebAssembly module")?;
    let mut module = Module { imports: Vec::new(), functions: 0 };
    while let Some((&section, after)) = rest.split_first() {
        rest = after;
        let length = number(&mut rest)?;
        let mut body = take(&mut rest, length)?;
        match section {
            2 => {
                for _ in 0..number(&mut body)? {
                    module.imports.push(import(&mut body)?);
                }
            }
            3 => module.functions = number(&mut body)?,
            _ => {}
        }
    }
    Ok(module)
}

/// One import: two names, then what it is, whose size depends on its kind.
fn import(body: &mut &[u8]) -> Outcome<String> {
    let from = name(body)?;
    let what = name(body)?;
    match take(body, 1)?[0] {
        0 => drop(number(body)?), // a function's type
        1 => {
            take(body, 1)?; // a table's kind of element
            limits(body)?;
        }
        2 => limits(body)?,        // a memory
        3 => drop(take(body, 2)?), // a global's type and whether it changes
        kind => return Err(format!("{from}.{what} is an import of the unknown kind {kind}")),
    }
    Ok(format!("{from}.{what}"))
}

fn limits(body: &mut &[u8]) -> Outcome {
    let has_maximum = take(body, 1)?[0] & 1 == 1;
    number(body)?;
    if has_maximum {
        number(body)?;
    }
    Ok(())
}

fn name(body: &mut &[u8]) -> Outcome<String> {
    let length = number(body)?;
    Ok(String::from_utf8_lossy(take(body, length)?).into_owned())
}

fn number(bytes: &mut &[u8]) -> Outcome<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = take(bytes, 1)?[0];
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err("a number in the module does not end".into())
}

fn take<'a>(bytes: &mut &'a [u8], count: u64) -> Outcome<&'a [u8]> {
    let count = usize::try_from(count).map_err(|error| error.to_string())?;
    let (taken, rest) = bytes.split_at_checked(count).ok_or("the module ends too early")?;
    *bytes = rest;
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_imports_of_each_kind() {
        let mut bytes = b"\0asm\x01\0\0\0".to_vec();
        let body = b"\x03\x01a\x01f\0\x07\x01b\x01m\x02\x01\x01\x02\x01c\x01g\x03\x7f\0";
        bytes.extend([2, body.len() as u8]);
        bytes.extend(body);
        bytes.extend([3, 3, 2, 0, 0]);
        let expected =
            Module { imports: vec!["a.f".into(), "b.m".into(), "c.g".into()], functions: 2 };
        assert_eq!(read(&bytes), Ok(expected));
        assert!(read(&bytes[..bytes.len() - 1]).is_err());
        assert!(read(b"not wasm").is_err());
    }
}
