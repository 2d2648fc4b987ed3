//! Plain progress: a reader of the same events as the log. On a terminal the change in hand, its time and apt's percent
//! stand in one line that is rewritten; elsewhere each change is a line of its own.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::Instant;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use crate::words::say;

/// Events and spans meant for the screen carry this target.
const TARGET: &str = "mailwright::progress";

/// Writes progress to standard error.
#[derive(Debug)]
pub struct Progress {
    screen: Mutex<Screen>,
}

#[derive(Debug)]
struct Screen {
    terminal: bool,
    /// Whether a line that will be rewritten stands there.
    open: bool,
    hand: Option<(String, Instant)>,
    /// The step's title, until its first change is told.
    title: Option<String>,
}

/// What a span or an event says.
#[derive(Debug, Default, Clone)]
struct Fields {
    id: Option<String>,
    what: Option<String>,
    /// The same in the language of the screen.
    shown: Option<String>,
    note: Option<String>,
    percent: Option<f64>,
}

impl Progress {
    /// Progress on standard error, rewritten in place when that is a terminal.
    #[must_use]
    pub fn new() -> Self {
        let terminal = std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Self { screen: Mutex::new(Screen { terminal, open: false, hand: None, title: None }) }
    }

    fn with(&self, work: impl FnOnce(&mut Screen)) {
        if let Ok(mut screen) = self.screen.lock() {
            work(&mut screen);
        }
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

impl Screen {
    fn line(&mut self, text: &str) {
        let clear = if self.open { "\r\u{1b}[K" } else { "" };
        self.open = false;
        let _ = writeln!(std::io::stderr(), "{clear}{text}");
    }

    /// A line that the next one replaces; nothing where there is no terminal.
    fn passing(&mut self, text: &str) {
        if !self.terminal {
            return;
        }
        let width =
            usize::from(rustix::termios::tcgetwinsize(std::io::stderr()).map_or(80, |size| size.ws_col)).max(20);
        let text: String = text.chars().take(width - 1).collect();
        self.open = true;
        let mut out = std::io::stderr();
        let _ = write!(out, "\r\u{1b}[K{text}");
        let _ = out.flush();
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Progress {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if attributes.metadata().target() != TARGET {
            return;
        }
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(Instant::now());
        }
        self.with(|screen| match (&fields.id, fields.shown.or(fields.what)) {
            (_, Some(what)) => {
                if let Some(title) = screen.title.take() {
                    screen.line(&title);
                }
                screen.passing(&format!("    ...      {what}"));
                screen.hand = Some((what, Instant::now()));
            }
            (Some(step), None) => screen.title = Some(say(&format!("step-{step}"), &[])),
            _ => {}
        });
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != TARGET {
            return;
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        self.with(|screen| match (fields.percent, fields.shown.or(fields.note)) {
            (Some(percent), note) => {
                let seconds = screen.hand.as_ref().map_or(0, |(_, since)| since.elapsed().as_secs());
                screen.passing(&format!("    {percent:3.0} % {seconds:3} s  {}", note.unwrap_or_default()));
            }
            (None, Some(note)) => screen.line(&format!("    {note}")),
            _ => {}
        });
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        if span.metadata().target() != TARGET || span.metadata().name() == "step" {
            return;
        }
        let began = span.extensions().get::<Instant>().copied();
        self.with(|screen| {
            if let Some((what, _)) = screen.hand.take() {
                let seconds = began.map_or(0.0, |began| began.elapsed().as_secs_f64());
                screen.line(&format!("    {seconds:6.1} s  {what}"));
            }
        });
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        if field.name() == "percent" {
            self.percent = Some(value);
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let slot = match field.name() {
            "id" => &mut self.id,
            "what" => &mut self.what,
            "shown" => &mut self.shown,
            "note" => &mut self.note,
            _ => return,
        };
        *slot = Some(value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.record_str(field, format!("{value:?}").trim_matches('"'));
    }
}
