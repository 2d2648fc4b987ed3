//! A line of text being typed, edited as fingers expect. What it held is wiped from memory: it may be a password.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_width::UnicodeWidthChar;
use zeroize::Zeroizing;

/// No line is longer.
const LONGEST: usize = 4096;

/// A line with its cursor.
#[derive(Clone, Default)]
pub struct Input {
    text: Zeroizing<String>,
    /// Before this character, counted from 0.
    cursor: usize,
}

impl Input {
    /// A text with the cursor at its end.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut input = Self::default();
        input.paste(text);
        input
    }

    /// What is typed so far.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing is typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Takes a key; whether it was one for a line of text.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let other = key.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SUPER | KeyModifiers::META);
        match key.code {
            KeyCode::Char(c) if control => return self.control(c),
            KeyCode::Char(c) if !other => self.insert(c),
            KeyCode::Left => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Right => self.cursor = (self.cursor + 1).min(self.length()),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.length(),
            KeyCode::Backspace => self.backspace(),
            KeyCode::Delete => self.delete(),
            _ => return false,
        }
        true
    }

    fn control(&mut self, c: char) -> bool {
        match c {
            'a' => self.cursor = 0,
            'e' => self.cursor = self.length(),
            'u' => self.cut(0, self.cursor),
            'k' => self.cut(self.cursor, self.length()),
            'w' => self.cut(self.word(), self.cursor),
            'h' => self.backspace(),
            'd' => self.delete(),
            _ => return false,
        }
        true
    }

    /// Puts in a pasted text; its line ends and tabs become blanks, other control characters go.
    pub fn paste(&mut self, text: &str) {
        for c in text.trim_end_matches(['\r', '\n']).chars() {
            self.insert(if matches!(c, '\r' | '\n' | '\t') { ' ' } else { c });
        }
    }

    fn insert(&mut self, c: char) {
        if !c.is_control() && self.text.len() < LONGEST {
            let at = self.byte(self.cursor);
            self.text.insert(at, c);
            self.cursor += 1;
        }
    }

    fn backspace(&mut self) {
        if self.cursor > 0 {
            self.cut(self.cursor - 1, self.cursor);
        }
    }

    fn delete(&mut self) {
        self.cut(self.cursor, (self.cursor + 1).min(self.length()));
    }

    /// Takes away the characters from one place to another; the cursor stands there then.
    fn cut(&mut self, from: usize, to: usize) {
        let (start, end) = (self.byte(from), self.byte(to));
        self.text.replace_range(start..end, "");
        self.cursor = from;
    }

    /// Where the word before the cursor begins.
    fn word(&self) -> usize {
        let before: Vec<char> = self.text.chars().take(self.cursor).collect();
        let blank = |c: &char| c.is_whitespace();
        let end = before.iter().rposition(|c| !blank(c)).map_or(0, |at| at + 1);
        before[..end].iter().rposition(blank).map_or(0, |at| at + 1)
    }

    fn length(&self) -> usize {
        self.text.chars().count()
    }

    fn byte(&self, at: usize) -> usize {
        self.text.char_indices().nth(at).map_or(self.text.len(), |(byte, _)| byte)
    }

    /// The part that fits into so many columns with the cursor in it, and the cursor's column there. With `hidden`,
    /// each character is that one.
    #[must_use]
    pub fn window(&self, width: usize, hidden: Option<&str>) -> (Zeroizing<String>, usize) {
        let wide = |c: char| if hidden.is_some() { 1 } else { c.width().unwrap_or(0) };
        let chars: Vec<char> = self.text.chars().collect();
        let mut start = 0;
        let mut column: usize = chars[..self.cursor].iter().map(|c| wide(*c)).sum();
        // The cursor needs a column of its own behind the last character.
        while column + 1 > width.max(1) && start < self.cursor {
            column -= wide(chars[start]);
            start += 1;
        }
        let mut used = 0;
        let mut shown = Zeroizing::new(String::new());
        for c in &chars[start..] {
            used += wide(*c);
            if used > width {
                break;
            }
            match hidden {
                Some(mark) => shown.push_str(mark),
                None => shown.push(*c),
            }
        }
        (shown, column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(input: &mut Input, keys: &str) {
        for c in keys.chars() {
            let key = match c {
                '<' => KeyEvent::from(KeyCode::Left),
                '>' => KeyEvent::from(KeyCode::Right),
                '^' => KeyEvent::from(KeyCode::Home),
                '$' => KeyEvent::from(KeyCode::End),
                '~' => KeyEvent::from(KeyCode::Backspace),
                '!' => KeyEvent::from(KeyCode::Delete),
                'A'..='Z' => KeyEvent::new(KeyCode::Char(c.to_ascii_lowercase()), KeyModifiers::CONTROL),
                c => KeyEvent::from(KeyCode::Char(c)),
            };
            assert!(input.key(key), "{c}");
        }
    }

    #[test]
    fn keys_edit_as_fingers_expect() {
        for (keys, text) in [
            ("mail.example", "mail.example"),
            ("ab<c", "acb"),
            ("ab^c", "cab"),
            ("ab^c$d", "cabd"),
            ("abc<~", "ac"),
            ("abc<<!", "ac"),
            ("~!", ""),
            ("one twoW", "one "),
            ("one two  W", "one "),
            ("one two^>>>K", "one"),
            ("one two<<<U", "two"),
            ("abAc", "cab"),
            ("éàü<~", "éü"),
        ] {
            let mut input = Input::default();
            typed(&mut input, keys);
            assert_eq!(input.text(), text, "{keys}");
        }
    }

    #[test]
    fn a_paste_of_many_lines_stays_one_line() {
        let mut input = Input::new("x");
        input.paste("a\r\nb\tc\u{1b}[31m\n");
        assert_eq!(input.text(), "xa  b c[31m");
        input.paste(&"y".repeat(10_000));
        assert_eq!(input.text().len(), LONGEST);
    }

    #[test]
    fn a_long_line_is_shown_around_its_cursor() {
        let mut input = Input::new("0123456789");
        assert_eq!((input.window(4, None).0.as_str(), input.window(4, None).1), ("789", 3));
        typed(&mut input, "^");
        assert_eq!((input.window(4, None).0.as_str(), input.window(4, None).1), ("0123", 0));
        assert_eq!(input.window(40, Some("*")).0.as_str(), "**********");
        assert_eq!(input.window(0, None).0.as_str(), "");
    }
}
