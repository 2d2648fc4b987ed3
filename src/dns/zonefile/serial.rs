//! Serials (RFC 1982): which is the later one, and which comes next.

use time::OffsetDateTime;

/// The serial after `old`, and after `floor`, which may have been seen by secondaries already.
///
/// One that is a date with a number of the day, such as 2026112401, becomes the first of `today` or the next number;
/// any other is counted up.
#[must_use]
pub fn next(old: u32, floor: Option<u32>, today: u32) -> u32 {
    let base = match floor {
        Some(floor) if is_later(floor, old) => floor,
        _ => old,
    };
    let first_of_today = today.checked_mul(100).and_then(|day| day.checked_add(1));
    match first_of_today {
        Some(first) if is_date(old) && is_later(first, base) => first,
        // Zero is no serial for some.
        _ => base.wrapping_add(1).max(1),
    }
}

/// Whether a serial counts as later than another (RFC 1982, section 3.2).
#[must_use]
pub const fn is_later(one: u32, other: u32) -> bool {
    let ahead = one.wrapping_sub(other);
    ahead != 0 && ahead < 1 << 31
}

/// A moment's day as a number, such as 20261124.
#[must_use]
pub fn day(now: i64) -> u32 {
    let date = OffsetDateTime::from_unix_timestamp(now).unwrap_or(OffsetDateTime::UNIX_EPOCH).date();
    let year = u32::try_from(date.year()).unwrap_or(0);
    year * 10_000 + u32::from(u8::from(date.month())) * 100 + u32::from(date.day())
}

/// Whether a serial reads as a date with a number of the day.
fn is_date(serial: u32) -> bool {
    let day = serial / 100;
    (1990..2100).contains(&(day / 10_000)) && (1..=12).contains(&(day / 100 % 100)) && (1..=31).contains(&(day % 100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_serial_keeps_its_form_and_is_always_later() {
        for (old, floor, expected) in [
            (2_024_010_101, None, 2_026_112_401),
            (2_026_112_401, None, 2_026_112_402),
            (2_026_112_499, None, 2_026_112_500),
            (2_026_112_501, None, 2_026_112_502),
            (2_024_010_101, Some(2_026_112_401), 2_026_112_402),
            (2_024_010_101, Some(2_024_010_101), 2_026_112_401),
            (2_099_123_105, None, 2_099_123_106),
            (2_024_139_901, None, 2_024_139_902),
            (42, None, 43),
            (42, Some(50), 51),
            (1_700_000_000, None, 1_700_000_001),
            (u32::MAX, None, 1),
            (u32::MAX - 1, None, u32::MAX),
        ] {
            assert_eq!(next(old, floor, 20_261_124), expected, "{old} {floor:?}");
            assert!(is_later(expected, old), "{old}");
        }
    }

    #[test]
    fn later_is_counted_round_the_circle() {
        // RFC 1982, section 5.1 for 8 bits, here for 32.
        assert!(is_later(1, 0) && is_later(0, u32::MAX) && is_later(100, u32::MAX - 100));
        assert!(!is_later(0, 1) && !is_later(5, 5) && !is_later(1 << 31, 0));
    }

    #[test]
    fn a_moment_has_its_day() {
        assert_eq!(day(1_795_544_500), 20_261_124);
        assert_eq!(day(0), 19_700_101);
    }
}
