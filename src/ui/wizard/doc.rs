//! A page as lines: what it says, what the next key can act on, and where the cursor stands. However small the screen,
//! the part that matters is the part that is shown.

use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::item::Item;

/// Lines broken to a width.
#[derive(Debug, Default)]
pub struct Doc {
    /// How many columns a line may take.
    pub width: usize,
    /// The lines.
    pub lines: Vec<Line<'static>>,
    /// What the next key can act on, and its lines.
    pub items: Vec<(Item, Range<usize>)>,
    /// Column and line of the cursor, where text is typed.
    pub cursor: Option<(usize, usize)>,
    /// The lines to be kept in sight where there is no item.
    pub keep: Option<Range<usize>>,
}

impl Doc {
    /// An empty one.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// Adds a line as it is.
    pub fn line(&mut self, line: impl Into<Line<'static>>) {
        self.lines.push(line.into());
    }

    /// Adds an empty line, unless there is one already.
    pub fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| line.width() > 0) {
            self.lines.push(Line::default());
        }
    }

    /// Adds a text, broken into lines, so far from the left.
    pub fn text(&mut self, indent: usize, text: &str, style: Style) {
        for line in wrapped(text, self.width.saturating_sub(indent)) {
            self.lines.push(Line::from(vec![Span::raw(" ".repeat(indent)), Span::styled(line, style)]));
        }
    }

    /// Adds a text behind a mark; its further lines stand under its first one.
    pub fn marked(&mut self, indent: usize, mark: Span<'static>, text: &str, style: Style) {
        let margin = indent + mark.content.width() + 1;
        let mut mark = Some(mark);
        for line in wrapped(text, self.width.saturating_sub(margin)) {
            let head = match mark.take() {
                Some(mark) => vec![Span::raw(" ".repeat(indent)), mark, Span::raw(" ")],
                None => vec![Span::raw(" ".repeat(margin))],
            };
            let text = [Span::styled(line, style)];
            self.lines.push(head.into_iter().chain(text).collect::<Line<'static>>());
        }
    }

    /// Adds a line behind a mark that keeps its blanks: a row of a table.
    pub fn row(&mut self, mark: Span<'static>, text: String, style: Style) {
        self.lines.push(Line::from(vec![mark, Span::raw(" "), Span::styled(text, style)]));
    }

    /// What was added by `add` is an item.
    pub fn item(&mut self, item: Item, add: impl FnOnce(&mut Self)) {
        let start = self.lines.len();
        add(self);
        self.items.push((item, start..self.lines.len()));
    }

    /// The first line to be shown of a screen of so many lines: what is chosen is in sight, and as much as can be of
    /// what stands before it.
    #[must_use]
    pub fn offset(&self, height: usize, focus: Option<Item>, scroll: Option<usize>) -> usize {
        let last = self.lines.len().saturating_sub(height);
        if let Some(scroll) = scroll {
            return scroll.min(last);
        }
        let chosen = focus.and_then(|focus| self.items.iter().find(|(item, _)| *item == focus));
        let Some(range) = chosen.map(|(_, range)| range).or(self.keep.as_ref()) else { return 0 };
        // Two lines more, so that one sees whether something follows.
        (range.end + 2).saturating_sub(height).min(range.start).min(last)
    }
}

/// A text as lines of so many columns. An indented line is a command: it is cut only where it must be. Blanks that must
/// not end a line do not.
#[must_use]
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let paragraph = printable(paragraph);
        // A line that fits keeps its blanks.
        if paragraph.width() <= width {
            lines.push(paragraph);
            continue;
        }
        let mut line: String = paragraph.chars().take_while(|c| *c == ' ').collect();
        let indent = line.clone();
        let mut empty = true;
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            if !empty && line.width() + 1 + word.width() > width {
                lines.push(std::mem::replace(&mut line, indent.clone()));
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            for c in word.chars() {
                if line.width() + c.width().unwrap_or(0) > width && !line.trim().is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(c);
            }
            empty = false;
        }
        lines.push(line);
    }
    lines
}

/// Without control characters: what is shown may come from a hostile server. Tabs reach to every eighth column.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut plain, c| {
        match c {
            '\t' => plain.push_str(&" ".repeat(8 - plain.chars().count() % 8)),
            c if c.is_control() => plain.push('.'),
            c => plain.push(c),
        }
        plain
    })
}

/// The text in so many columns, with `more` where it is cut.
#[must_use]
pub fn cut(text: &str, width: usize, more: &str) -> String {
    let text = printable(text);
    if text.width() <= width {
        return text;
    }
    let mut out = String::new();
    for c in text.chars() {
        if out.width() + c.width().unwrap_or(0) + more.width() > width {
            break;
        }
        out.push(c);
    }
    if width > 0 { out.trim_end().to_owned() + more } else { String::new() }
}

/// The text with blanks up to so many columns.
#[must_use]
pub fn padded(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(blanks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_broken_between_words_and_a_long_word_inside() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrapped("a\n    long command", 11), ["a", "    long", "    command"].map(str::to_owned));
        assert_eq!(wrapped("oui\u{202f}: non", 5), ["oui\u{202f}:", "non"]);
        assert_eq!(wrapped("日本語", 4), ["日本", "語"]);
        assert_eq!(wrapped("a\u{7}b", 0), ["a", ".", "b"]);
    }

    #[test]
    fn what_is_chosen_is_in_sight() {
        let mut doc = Doc::new(10);
        for n in 0..20 {
            doc.item(Item::Check(n), |doc| doc.line(n.to_string()));
        }
        assert_eq!(doc.offset(10, Some(Item::Check(0)), None), 0);
        assert_eq!(doc.offset(10, Some(Item::Check(12)), None), 5);
        assert_eq!(doc.offset(10, Some(Item::Check(19)), None), 10);
        assert_eq!(doc.offset(10, None, Some(99)), 10);
        assert_eq!(doc.offset(0, Some(Item::Check(3)), None), 3);
        assert_eq!(doc.offset(99, Some(Item::Check(3)), None), 0);
    }

    #[test]
    fn a_text_is_cut_to_its_columns() {
        assert_eq!(cut("abcdef", 4, "…"), "abc…");
        assert_eq!(cut("abcd", 4, "…"), "abcd");
        assert_eq!(cut("日本語", 5, "…"), "日本…");
        assert_eq!(cut("abc", 0, "…"), "");
    }
}
