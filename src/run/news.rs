//! What a run tells while it is at work: the events of its log as data, for whoever shows them.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

/// Events and spans meant for the screen carry this target.
pub const TARGET: &str = "mailwright::progress";

/// One thing that a run tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// A step begins.
    Step {
        /// Its id.
        id: String,
    },
    /// A change begins, or the undoing of one.
    Change {
        /// What it does, in a line.
        what: String,
    },
    /// The change in hand has come to its end, well or not.
    ChangeEnded {
        /// How long it took.
        took: Duration,
    },
    /// How far the change in hand has come.
    Percent {
        /// From 0 to 100.
        percent: u8,
        /// What is at work just now.
        note: String,
    },
    /// Something worth a line.
    Note(String),
    /// A line of the log.
    Log(String),
}

/// Takes the events of a run to `tell`.
pub struct Teller<F> {
    tell: F,
}

impl<F: Fn(News) + Send + Sync + 'static> Teller<F> {
    /// Tells them there.
    pub const fn new(tell: F) -> Self {
        Self { tell }
    }
}

/// What a span or an event says.
#[derive(Debug, Default)]
struct Fields {
    id: Option<String>,
    what: Option<String>,
    /// The same in the language of the screen, when that is not the log's.
    shown: Option<String>,
    note: Option<String>,
    percent: Option<f64>,
    /// All of it, as the log pane shows it.
    line: String,
    /// What sort of event it is; told where it says nothing else.
    message: String,
}

impl<S, F> Layer<S> for Teller<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    F: Fn(News) + Send + Sync + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if attributes.metadata().target() != TARGET {
            return;
        }
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(Instant::now());
        }
        match (fields.id, fields.shown.or(fields.what)) {
            (_, Some(what)) => (self.tell)(News::Change { what }),
            (Some(id), None) => (self.tell)(News::Step { id }),
            (None, None) => {}
        }
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let level = *event.metadata().level();
        let shown = event.metadata().target() == TARGET;
        match (fields.percent, fields.shown.or(fields.note)) {
            (Some(percent), note) if shown => {
                // Within 0 to 100, so nothing is cut off.
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let percent = percent.clamp(0.0, 100.0).round() as u8;
                (self.tell)(News::Percent { percent, note: note.unwrap_or_default() });
            }
            (None, Some(note)) if shown => (self.tell)(News::Note(note)),
            _ if level <= Level::DEBUG => {
                (self.tell)(News::Log(if fields.line.is_empty() { fields.message } else { fields.line }));
            }
            _ => {}
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        if span.metadata().target() != TARGET || span.metadata().name() == "step" {
            return;
        }
        let took = span.extensions().get::<Instant>().map(Instant::elapsed).unwrap_or_default();
        (self.tell)(News::ChangeEnded { took });
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        if field.name() == "percent" {
            self.percent = Some(value);
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "id" => self.id = Some(value.to_owned()),
            "what" => self.what = Some(value.to_owned()),
            "shown" => self.shown = Some(value.to_owned()),
            "note" => self.note = Some(value.to_owned()),
            "message" => value.clone_into(&mut self.message),
            name => self.add(name, value),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, format!("{value:?}").trim_matches('"'));
    }
}

impl Fields {
    /// Adds to the line: a program's command line and a check's name as they are, what follows with its name.
    fn add(&mut self, name: &str, value: &str) {
        // What a program said is in the log itself.
        if value.is_empty() || name == "output" || value == "None" && name == "exit" {
            return;
        }
        let value = value.replace('\n', " | ");
        let value = value.strip_prefix("Some(").and_then(|inner| inner.strip_suffix(')')).unwrap_or(&value);
        let part = match name {
            "program" | "check" | "outcome" | "error" => value.to_owned(),
            "ms" => format!("{value} ms"),
            "evidence" | "about" => format!("({value})"),
            _ => format!("{name} {value}"),
        };
        if !self.line.is_empty() {
            self.line.push_str("  ");
        }
        self.line.push_str(&part);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::prelude::*;

    use super::*;

    #[test]
    fn a_run_is_told_as_it_goes() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let ear = told.clone();
        let teller = Teller::new(move |news| ear.lock().unwrap().push(news));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(teller), || {
            let _step = tracing::info_span!(target: TARGET, "step", id = "packages").entered();
            let _change = tracing::info_span!(target: TARGET, "change", what = "Install").entered();
            tracing::info!(target: TARGET, percent = 41.6, note = "Unpacking");
            tracing::info!(target: TARGET, note = "a note");
            tracing::debug!(program = "dpkg -l", exit = ?Some(0), ms = 12, output = "much", "program");
        });
        let told = told.lock().unwrap();
        let [step, change, percent, note, log, ended] = &told[..] else { panic!("{told:?}") };
        assert_eq!(*step, News::Step { id: "packages".into() });
        assert_eq!(*change, News::Change { what: "Install".into() });
        assert_eq!(*percent, News::Percent { percent: 42, note: "Unpacking".into() });
        assert_eq!(*note, News::Note("a note".into()));
        assert!(matches!(log, News::Log(line) if line == "dpkg -l  exit 0  12 ms"), "{log:?}");
        assert!(matches!(ended, News::ChangeEnded { .. }));
    }
}
