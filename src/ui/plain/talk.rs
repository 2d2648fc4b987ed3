//! The talk with the admin: what every part of the plain walk says, asks and waits with.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::ask::{Ask, Judge, Line, Out, Said};
use super::command::{Command, command};
use crate::draft::Draft;
use crate::engine::{State, Stop};
use crate::ui::{ask, report};
use crate::walk::{Fetch, Job, Told, Walk};
use crate::words::say;

/// Prose is broken into lines of at most so many characters.
const WIDTH: usize = 78;
const EACH: Duration = Duration::from_millis(100);
/// After so long somebody who waits is told for what, and again after each further [`AGAIN`].
const WORD: Duration = Duration::from_millis(1500);
const AGAIN: Duration = Duration::from_secs(15);

/// The desk, as seen from here.
pub(super) struct Link<'a> {
    /// Takes a job.
    pub give: &'a dyn Fn(Job),
    /// What it tells.
    pub told: Receiver<Told>,
}

/// The talk.
pub(super) struct Talk<'a> {
    pub walk: Walk,
    pub ask: &'a mut dyn Ask,
    pub state: State,
    pub stop: Stop,
    /// For which answers the plan is.
    pub planned: Option<Draft>,
    /// Whether what was waited for has come: the answers of before, a report, the end of a run.
    pub heard: Heard,
    link: Link<'a>,
}

/// What came since it was last forgotten.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Heard {
    pub drafted: bool,
    pub report: bool,
    pub ended: bool,
}

impl<'a> Talk<'a> {
    pub(super) fn new(state: &State, stop: &Stop, ask: &'a mut dyn Ask, link: Link<'a>) -> Self {
        let (walk, heard) = (Walk::default(), Heard::default());
        Self { walk, ask, state: state.clone(), stop: stop.clone(), planned: None, heard, link }
    }

    /// Gives the desk a job.
    pub(super) fn give(&self, job: Job) {
        (self.link.give)(job);
    }

    /// Keeps the answers as they stand.
    pub(super) fn save(&self) {
        self.give(Job::Save(Box::new(self.walk.draft.clone())));
    }

    /// Hears the desk for a moment; `false` when it said nothing.
    pub(super) fn hear(&mut self, moment: Duration) -> Said<bool> {
        match self.link.told.recv_timeout(moment) {
            Ok(told) => {
                self.take(told);
                Ok(true)
            }
            Err(RecvTimeoutError::Timeout) => Ok(false),
            Err(RecvTimeoutError::Disconnected) => Err(Out::Cut),
        }
    }

    fn take(&mut self, told: Told) {
        match &told {
            Told::News(news) => self.ask.news(news.clone()),
            Told::Drafted(_) => self.heard.drafted = true,
            Told::Report(_) => self.heard.report = true,
            Told::Ended { .. } | Told::TakenBack { .. } => self.heard.ended = true,
            _ => {}
        }
        self.walk.hear(told);
    }

    /// Hears what has come meanwhile, and tells what the admin should know of it.
    pub(super) fn catch_up(&mut self) {
        let before = self.walk.fetch.clone();
        while let Ok(told) = self.link.told.try_recv() {
            self.take(told);
        }
        if let Some(error) = self.walk.unsaved.take() {
            self.say(&say("plain-unsaved", &[]));
            self.say(&error.render());
        }
        match self.walk.fetch.clone() {
            now if now == before => {}
            Fetch::Here => self.say(&say("plain-fetch-here", &[])),
            Fetch::Failed(why) => self.say(&say("plain-fetch-failed", &[("why", &why)])),
            Fetch::NotAsked | Fetch::Coming(_) => {}
        }
    }

    /// Hears the desk until it is so, and says for what it waits. `false` when it took too long.
    pub(super) fn wait(&mut self, what: &str, deadline: Duration, so: impl Fn(&Self) -> bool) -> Said<bool> {
        let (since, mut word) = (Instant::now(), WORD);
        while !so(self) {
            if self.stop.is_asked() {
                return Err(Out::Cut);
            }
            if since.elapsed() >= deadline {
                return Ok(false);
            }
            if since.elapsed() >= word {
                self.say(what);
                word += AGAIN;
            }
            self.hear(EACH)?;
        }
        Ok(true)
    }

    /// Says prose, broken into lines.
    pub(super) fn say(&mut self, words: &str) {
        let lines = report::wrapped(words, WIDTH);
        self.ask.tell(&format!("{}\n", lines.join("\n")));
    }

    /// Says a line as it is.
    pub(super) fn line(&mut self, line: &str) {
        self.ask.tell(&format!("{}\n", report::printable(line)));
    }

    /// Shows a text of any length, one screen after the other.
    pub(super) fn page(&mut self, text: &str) -> Said<()> {
        let lines: Vec<&str> = text.lines().collect();
        let screens = lines.chunks(self.ask.rows().saturating_sub(2).max(5));
        let last = screens.len();
        for (n, screen) in screens.enumerate() {
            self.ask.tell(&format!("{}\n", screen.join("\n")));
            if n + 1 < last && !self.more()? {
                break;
            }
        }
        Ok(())
    }

    fn more(&mut self) -> Said<bool> {
        match self.ask_line(say("plain-more", &[]), "", Arc::new(|_: &str| None)) {
            Ok(text) => Ok(text.is_empty()),
            Err(Out::Back) => Ok(false),
            Err(out) => Err(out),
        }
    }

    /// Asks for a text; `help` is what `?` says.
    pub(super) fn text(&mut self, prompt: &str, default: &str, help: &str, wrong: Judge) -> Said<String> {
        let judge: Judge = Arc::new(move |text: &str| if command(text).is_some() { None } else { wrong(text) });
        loop {
            let text = self.ask_line(prompt.to_owned(), default, judge.clone())?;
            match command(&text) {
                None => return Ok(text),
                Some(Command::Help) => self.say(help),
                Some(Command::Back) => return Err(Out::Back),
                Some(Command::Steps) => return Err(Out::Steps),
                Some(Command::Leave) => return Err(Out::Leave),
            }
        }
    }

    fn ask_line(&mut self, prompt: String, default: &str, wrong: Judge) -> Said<String> {
        self.catch_up();
        self.ask.line(&Line { prompt, default: default.to_owned(), wrong })
    }

    /// Asks for a yes; Enter alone is a no.
    pub(super) fn yes(&mut self, question: &str) -> Said<bool> {
        let unclear = |text: &str| !text.is_empty() && ask::said(text).is_none();
        let again: Judge = Arc::new(move |text: &str| unclear(text).then(|| say("ask-again", &[])));
        let prompt = format!("{question} ({})", say("ask-default", &[]));
        let text = self.text(&prompt, "", &say("ask-again", &[]), again)?;
        Ok(ask::said(&text) == Some(true))
    }

    /// Asks for one of several.
    pub(super) fn menu<T: Copy>(&mut self, title: &str, items: &[(T, String)], start: usize) -> Said<T> {
        self.catch_up();
        let labels: Vec<String> = items.iter().map(|(_, label)| label.clone()).collect();
        let at = self.ask.choose(title, &labels, start)?;
        items.get(at).map(|(item, _)| *item).ok_or(Out::Back)
    }
}
