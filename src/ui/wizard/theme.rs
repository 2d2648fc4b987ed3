//! Colours and marks. Only the sixteen named colours and one accent; a colour never stands alone, a mark or a word is
//! always beside it. What is not coloured has the terminal's own colours, so light and dark screens both read well.

use ratatui::style::{Color, Modifier, Style};

use crate::check::Outcome;
use crate::walk::Mark;
use crate::words;

/// How the screen is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    colour: bool,
    unicode: bool,
}

impl Theme {
    /// A theme with or without colours, with marks in Unicode or in ASCII.
    #[must_use]
    pub const fn new(colour: bool, unicode: bool) -> Self {
        Self { colour, unicode }
    }

    /// The theme that the environment asks for: no colours where they are not wished (<https://no-color.org>).
    pub fn of(get: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| get(name).is_some_and(|value| !value.is_empty());
        // The fonts of the kernel's own console lack most marks.
        let console = get("TERM").is_some_and(|terminal| terminal == "linux");
        Self::new(!set("NO_COLOR"), words::unicode(&get) && !console)
    }

    fn coloured(self, colour: Color) -> Style {
        if self.colour { Style::new().fg(colour) } else { Style::new() }
    }

    /// The one accent: where one is, and what can be pressed.
    #[must_use]
    pub fn accent(self) -> Style {
        self.coloured(Color::Cyan).add_modifier(Modifier::BOLD)
    }

    /// What went well, and lines that are new.
    #[must_use]
    pub fn good(self) -> Style {
        self.coloured(Color::Green)
    }

    /// What wants a look.
    #[must_use]
    pub fn warn(self) -> Style {
        self.coloured(Color::Yellow)
    }

    /// What went wrong, and lines that go.
    #[must_use]
    pub fn bad(self) -> Style {
        self.coloured(Color::Red)
    }

    /// Titles.
    #[must_use]
    #[expect(clippy::unused_self, reason = "asked of the theme as every other style is")]
    pub const fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// What may be passed over.
    #[must_use]
    #[expect(clippy::unused_self, reason = "asked of the theme as every other style is")]
    pub const fn quiet(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    /// What the next key acts on.
    #[must_use]
    #[expect(clippy::unused_self, reason = "asked of the theme as every other style is")]
    pub const fn chosen(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// One of two glyphs.
    const fn pick(self, unicode: &'static str, ascii: &'static str) -> &'static str {
        if self.unicode { unicode } else { ascii }
    }

    /// A step's mark.
    #[must_use]
    pub fn mark(self, mark: Mark) -> (&'static str, Style) {
        match mark {
            Mark::ToDo => (self.pick("○", "-"), self.quiet()),
            Mark::Answered => (self.pick("●", "*"), Style::new()),
            Mark::Applying => (self.pick("▶", ">"), self.accent()),
            Mark::Applied => (self.pick("◆", "+"), self.good()),
            Mark::Checked => (self.pick("✓", "v"), self.good()),
            Mark::Failed => (self.pick("✗", "x"), self.bad().add_modifier(Modifier::BOLD)),
            Mark::Undone => (self.pick("↶", "<"), self.quiet()),
        }
    }

    /// A check's mark.
    #[must_use]
    pub fn outcome(self, outcome: Outcome) -> (&'static str, Style) {
        match outcome {
            Outcome::Pass => (self.pick("✓", "v"), self.good()),
            Outcome::Unknown => (self.pick("?", "?"), self.quiet()),
            Outcome::Warn => (self.pick("!", "!"), self.warn().add_modifier(Modifier::BOLD)),
            Outcome::Fail => (self.pick("✗", "x"), self.bad().add_modifier(Modifier::BOLD)),
        }
    }

    /// Stands before what the next key acts on.
    #[must_use]
    pub const fn pointer(self) -> &'static str {
        self.pick("›", ">")
    }

    /// A line from left to right.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        self.pick("─", "-")
    }

    /// A line from top to bottom.
    #[must_use]
    pub const fn bar(self) -> &'static str {
        self.pick("│", "|")
    }

    /// The full and the empty part of a gauge.
    #[must_use]
    pub const fn gauge(self) -> (&'static str, &'static str) {
        (self.pick("█", "#"), self.pick("░", "."))
    }

    /// A choice that is taken, and one that is not.
    #[must_use]
    pub const fn radio(self) -> (&'static str, &'static str) {
        (self.pick("(•)", "(*)"), "( )")
    }

    /// Stands for each character of a password.
    #[must_use]
    pub const fn hidden(self) -> &'static str {
        self.pick("•", "*")
    }

    /// Stands for what is cut off.
    #[must_use]
    pub const fn more(self) -> &'static str {
        self.pick("…", "~")
    }

    /// More above, more below.
    #[must_use]
    pub const fn arrows(self) -> (&'static str, &'static str) {
        (self.pick("▲", "^"), self.pick("▼", "v"))
    }

    /// Parts two things in a line.
    #[must_use]
    pub const fn dot(self) -> &'static str {
        self.pick("·", "-")
    }

    /// The corners of a frame: upper left, upper right, lower left, lower right.
    #[must_use]
    pub const fn corners(self) -> [&'static str; 4] {
        if self.unicode { ["╭", "╮", "╰", "╯"] } else { ["+", "+", "+", "+"] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(set: &[(&str, &str)]) -> Theme {
        Theme::of(|name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_environment_chooses_colours_and_marks() {
        assert_eq!(of(&[("LANG", "C.UTF-8")]), Theme::new(true, true));
        assert_eq!(of(&[("LANG", "C.UTF-8"), ("NO_COLOR", "1")]), Theme::new(false, true));
        assert_eq!(of(&[("LANG", "C.UTF-8"), ("NO_COLOR", "")]), Theme::new(true, true));
        assert_eq!(of(&[("LANG", "C.UTF-8"), ("TERM", "linux")]), Theme::new(true, false));
        assert_eq!(of(&[]), Theme::new(true, false));
    }

    #[test]
    fn every_mark_differs_from_the_others_without_colour() {
        use Mark::{Answered, Applied, Applying, Checked, Failed, ToDo, Undone};
        for theme in [Theme::new(false, true), Theme::new(false, false)] {
            let marks = [ToDo, Answered, Applying, Applied, Checked, Failed, Undone].map(|mark| theme.mark(mark).0);
            let all: std::collections::BTreeSet<_> = marks.iter().collect();
            assert_eq!(all.len(), marks.len(), "{marks:?}");
            assert!(marks.iter().all(|mark| theme == Theme::new(false, true) || mark.is_ascii()));
            assert_eq!(theme.accent().fg, None);
        }
    }
}
