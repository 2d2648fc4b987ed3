//! What a check saw, gathered point by point into one verdict.

use crate::check::Outcome;

/// The outcome and the evidence.
pub type Verdict = (Outcome, String);

/// It could not be seen, for this reason.
pub fn unknown(reason: impl Into<String>) -> Verdict {
    (Outcome::Unknown, reason.into())
}

/// It holds; this was seen.
pub fn pass(evidence: impl Into<String>) -> Verdict {
    (Outcome::Pass, evidence.into())
}

/// It does not hold; this was seen.
pub fn fail(evidence: impl Into<String>) -> Verdict {
    (Outcome::Fail, evidence.into())
}

/// Several points of one check: the worst decides, and what is wrong is all that is shown when anything is.
#[derive(Debug, Default)]
pub struct Seen {
    good: Vec<String>,
    bad: Vec<(Outcome, String)>,
}

impl Seen {
    /// A point that holds.
    pub fn good(&mut self, what: impl Into<String>) {
        self.good.push(what.into());
    }

    /// A point that holds well enough.
    pub fn warn(&mut self, what: impl Into<String>) {
        self.bad.push((Outcome::Warn, what.into()));
    }

    /// A point that does not hold.
    pub fn fail(&mut self, what: impl Into<String>) {
        self.bad.push((Outcome::Fail, what.into()));
    }

    /// A point that could not be seen.
    pub fn unknown(&mut self, why: impl Into<String>) {
        self.bad.push((Outcome::Unknown, why.into()));
    }

    /// All points as one verdict. Nothing seen at all is unknown.
    pub fn verdict(self) -> Verdict {
        match self.bad.iter().map(|(outcome, _)| *outcome).max() {
            Some(worst) => {
                let mut lines: Vec<(Outcome, String)> = self.bad;
                lines.sort_by_key(|(outcome, _)| std::cmp::Reverse(*outcome));
                (worst, lines.into_iter().map(|(_, what)| what).collect::<Vec<_>>().join("\n"))
            }
            None if self.good.is_empty() => unknown("there was nothing to look at"),
            None => pass(self.good.join("; ")),
        }
    }
}

/// The first few of many, and how many more there are.
pub fn few(items: &[String]) -> String {
    const SHOWN: usize = 5;
    let first = items[..items.len().min(SHOWN)].join(", ");
    match items.len().saturating_sub(SHOWN) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_point_decides_and_comes_first() {
        let mut seen = Seen::default();
        assert_eq!(Seen::default().verdict().0, Outcome::Unknown);
        seen.good("a");
        seen.good("b");
        seen.warn("soon");
        seen.fail("now");
        assert_eq!(seen.verdict(), (Outcome::Fail, "now\nsoon".to_owned()));
    }

    #[test]
    fn many_are_cut_short() {
        let items: Vec<String> = (1..=7).map(|n| n.to_string()).collect();
        assert_eq!(few(&items), "1, 2, 3, 4, 5 and 2 more");
    }
}
