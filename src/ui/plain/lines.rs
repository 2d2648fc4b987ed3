//! Bare lines: a question is printed, a line is read. Nothing is ever rewritten, so it works on a terminal that cannot
//! move its cursor, on a serial console, and for a screen reader.

use super::ask::{Ask, Line, Out, Said};
use super::command::{Command, command};
use crate::run::news::News;
use crate::secret::Secret;
use crate::words::say;

/// Where lines are written and read.
pub(super) trait Console {
    /// Writes text as it is.
    fn put(&mut self, text: &str);
    /// Reads a line, without its end.
    fn read(&mut self) -> Said<String>;
    /// Asks in these words for a line that is not shown, not even when it is typed as soon as the words stand there.
    fn read_hidden(&mut self, words: &str) -> Said<Secret>;
    /// Shows what a run tells.
    fn news(&mut self, news: News);
    /// Forgets what was typed and not read yet.
    fn forget(&mut self);
    /// How many lines are seen at once.
    fn rows(&self) -> usize;
}

/// Asks by bare lines.
pub(super) struct Lines<C> {
    console: C,
}

impl<C: Console> Lines<C> {
    /// Asks there.
    pub(super) const fn new(console: C) -> Self {
        Self { console }
    }

    #[cfg(test)]
    pub(super) fn into_console(self) -> C {
        self.console
    }

    fn ask(&mut self, prompt: &str, default: &str) -> Said<String> {
        let words = if default.is_empty() { prompt.to_owned() } else { format!("{prompt} [{default}]") };
        self.console.put(&format!("{} ", say("plain-asked", &[("words", &words)])));
        self.console.read()
    }
}

impl<C: Console> Ask for Lines<C> {
    fn tell(&mut self, text: &str) {
        self.console.put(text);
    }

    fn news(&mut self, news: News) {
        self.console.news(news);
    }

    fn forget(&mut self) {
        self.console.forget();
    }

    fn rows(&self) -> usize {
        self.console.rows()
    }

    fn colour(&self) -> bool {
        false
    }

    fn line(&mut self, line: &Line) -> Said<String> {
        loop {
            let typed = self.ask(&line.prompt, &line.default)?;
            let text = if typed.trim().is_empty() { line.default.trim() } else { typed.trim() };
            match (line.wrong)(text) {
                Some(why) => self.console.put(&format!("  {why}\n")),
                None => return Ok(text.to_owned()),
            }
        }
    }

    fn secret(&mut self, prompt: &str) -> Said<Secret> {
        self.console.read_hidden(&format!("{} ", say("plain-asked", &[("words", prompt)])))
    }

    fn choose(&mut self, title: &str, options: &[String], start: usize) -> Said<usize> {
        let width = options.len().to_string().len();
        let list = options.iter().enumerate().map(|(n, option)| format!("  {:width$}  {option}\n", n + 1));
        self.console.put(&format!("\n{title}\n{}", list.collect::<String>()));
        loop {
            let typed = self.ask(&say("plain-number", &[]), &(start + 1).to_string())?;
            let typed = typed.trim().to_lowercase();
            if typed.is_empty() {
                return Ok(start);
            }
            let number = typed.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            let named = || options.iter().position(|option| option.trim().to_lowercase() == typed);
            if let Some(at) = number.filter(|at| *at < options.len()).or_else(named) {
                return Ok(at);
            }
            match command(&typed) {
                Some(Command::Back) => return Err(Out::Back),
                Some(Command::Steps) => return Err(Out::Steps),
                Some(Command::Leave) => return Err(Out::Leave),
                Some(Command::Help) | None => {}
            }
            let count = options.len().to_string();
            self.console.put(&format!("  {}\n", say("plain-number-again", &[("last", &count)])));
        }
    }
}
