//! inquire's prompts, for a terminal that can move its cursor.

use inquire::error::InquireResult;
use inquire::validator::Validation;
use inquire::{Password, PasswordDisplayMode, Select, Text};

use super::ask::{Ask, Line, Out, Said};
use super::tty;
use crate::engine::Stop;
use crate::run::news::News;
use crate::secret::Secret;
use crate::ui::ask::{self, Unanswered};
use crate::ui::progress::Progress;
use crate::ui::report;
use crate::words::say;

/// Asks by inquire's prompts.
pub(super) struct Prompts {
    stop: Stop,
    progress: Progress,
}

impl Prompts {
    /// Asks until a signal asks for an end.
    pub(super) fn new(stop: Stop) -> Self {
        Self { stop, progress: Progress::new() }
    }

    fn prompt<T: Send + 'static>(&self, prompt: impl FnOnce() -> InquireResult<T> + Send + 'static) -> Said<T> {
        ask::asked(&self.stop, prompt).map_err(|why| match why {
            Unanswered::Declined => Out::Back,
            Unanswered::Cut => Out::Cut,
        })
    }
}

impl Ask for Prompts {
    fn tell(&mut self, text: &str) {
        tty::put(text);
    }

    fn news(&mut self, news: News) {
        self.progress.tell(news);
    }

    fn forget(&mut self) {
        tty::forget();
    }

    fn rows(&self) -> usize {
        tty::rows()
    }

    fn colour(&self) -> bool {
        report::colour()
    }

    fn line(&mut self, line: &Line) -> Said<String> {
        let (prompt, default, judge) = (line.prompt.clone(), line.default.clone(), line.wrong.clone());
        let typed = self.prompt(move || {
            let judged = move |text: &str| {
                Ok(judge(text.trim()).map_or(Validation::Valid, |why| Validation::Invalid(why.into())))
            };
            let text = Text::new(&prompt).with_validator(judged);
            if default.is_empty() { text.prompt() } else { text.with_default(&default).prompt() }
        })?;
        // inquire takes a default without a look.
        match (line.wrong)(typed.trim()) {
            None => Ok(typed.trim().to_owned()),
            Some(why) => {
                self.tell(&format!("  {why}\n"));
                self.line(&Line { prompt: line.prompt.clone(), default: String::new(), wrong: line.wrong.clone() })
            }
        }
    }

    fn secret(&mut self, prompt: &str) -> Said<Secret> {
        let prompt = prompt.to_owned();
        self.prompt(move || {
            let password = Password::new(&prompt).with_display_mode(PasswordDisplayMode::Hidden).without_confirmation();
            password.prompt().map(Secret::new)
        })
    }

    fn choose(&mut self, title: &str, options: &[String], start: usize) -> Said<usize> {
        let (title, options) = (title.to_owned(), options.to_vec());
        let rows = tty::rows().saturating_sub(4).max(3);
        tty::put("\n");
        self.prompt(move || {
            let help = say("plain-keys", &[]);
            let select = Select::new(&title, options).with_starting_cursor(start).with_page_size(rows);
            // Letters do nothing here: a password typed too early is not shown.
            let select = select.without_filtering();
            select.with_help_message(&help).raw_prompt().map(|chosen| chosen.index)
        })
    }
}
