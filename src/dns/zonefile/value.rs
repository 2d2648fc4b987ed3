//! What the words of a master file mean: names, times, values.

use std::str::FromStr;

use crate::records::{Data, Name};

/// A name as a whole: in lower case, without its final dot. `@` is the origin, and what does not end in a dot lies in it.
pub(super) fn absolute(word: &[u8], origin: &str) -> String {
    let text = String::from_utf8_lossy(word).to_ascii_lowercase();
    match text.strip_suffix('.') {
        _ if text == "@" => origin.to_owned(),
        Some(whole) if !whole.ends_with('\\') => whole.to_owned(),
        _ if origin.is_empty() => text,
        _ => format!("{text}.{origin}"),
    }
}

/// The same name as one writes it where this origin holds.
pub(super) fn relative(name: &str, origin: &str) -> String {
    if name == origin {
        return "@".to_owned();
    }
    match name.strip_suffix(origin).and_then(|labels| labels.strip_suffix('.')) {
        Some(labels) if !labels.is_empty() && !origin.is_empty() => labels.to_owned(),
        _ => format!("{name}."),
    }
}

/// Seconds, or parts with the units of BIND: `1h30m`.
pub(super) fn ttl(word: &[u8]) -> Option<u32> {
    let (mut sum, mut number) = (0_u32, None::<u32>);
    for byte in word {
        if byte.is_ascii_digit() {
            number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(u32::from(byte - b'0'))?);
            continue;
        }
        let unit = match byte.to_ascii_lowercase() {
            b's' => 1,
            b'm' => 60,
            b'h' => 3600,
            b'd' => 86400,
            b'w' => 604_800,
            _ => return None,
        };
        sum = sum.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    match number {
        Some(number) if word.iter().all(u8::is_ascii_digit) => Some(number),
        None if !word.is_empty() => Some(sum),
        _ => None,
    }
}

/// Whether this is a class (RFC 1035 section 3.2.4, RFC 3597).
pub(super) fn is_class(word: &[u8]) -> bool {
    let word = word.to_ascii_uppercase();
    matches!(word.as_slice(), b"IN" | b"CH" | b"HS" | b"CHAOS" | b"HESIOD")
        || word.strip_prefix(b"CLASS").is_some_and(|rest| !rest.is_empty() && rest.iter().all(u8::is_ascii_digit))
}

/// The value of a record; `None` for a type that the list of records does not know, and for what is none.
pub(super) fn data(kind: &str, words: &[&[u8]], origin: &str) -> Option<Data> {
    let name = |word: &[u8]| Name::seen(&absolute(word, origin));
    Some(match (kind, words) {
        ("A", [address]) => Data::A(parsed(address)?),
        ("AAAA", [address]) => Data::Aaaa(parsed(address)?),
        ("MX", [preference, exchange]) => Data::Mx { preference: parsed(preference)?, exchange: name(exchange) },
        ("PTR", [host]) => Data::Ptr(name(host)),
        ("CNAME", [target]) => Data::Cname(name(target)),
        ("TXT", [_, ..]) => {
            let bytes: Vec<u8> = words.iter().flat_map(|word| plain(word)).collect();
            Data::Txt(String::from_utf8_lossy(&bytes).into_owned())
        }
        ("SRV", [priority, weight, port, target]) => Data::Srv {
            priority: parsed(priority)?,
            weight: parsed(weight)?,
            port: parsed(port)?,
            target: name(target),
        },
        ("CAA", [flags, tag, value]) => Data::Caa {
            critical: parsed::<u8>(flags)? & 128 != 0,
            tag: String::from_utf8_lossy(tag).to_ascii_lowercase(),
            value: String::from_utf8_lossy(&plain(value)).into_owned(),
        },
        _ => return None,
    })
}

fn parsed<T: FromStr>(word: &[u8]) -> Option<T> {
    std::str::from_utf8(word).ok()?.parse().ok()
}

/// A text without its quotes and escapes (RFC 1035, section 5.1: `\"`, `\065`).
pub(super) fn plain(word: &[u8]) -> Vec<u8> {
    let inner = word.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(word);
    let (mut out, mut rest) = (Vec::with_capacity(inner.len()), inner);
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'\\' {
            out.push(*first);
            continue;
        }
        let code = tail.get(..3).filter(|digits| digits.iter().all(u8::is_ascii_digit));
        if let Some(code) = code.and_then(parsed::<u8>) {
            out.push(code);
            rest = &tail[3..];
        } else if let [escaped, tail @ ..] = tail {
            out.push(*escaped);
            rest = tail;
        }
    }
    out
}
