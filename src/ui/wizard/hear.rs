//! How the screen follows what the desk tells.

use super::app::App;
use super::event::Act;
use super::over::Over;
use super::page::Page;
use crate::error::Kind;
use crate::run::news::News;
use crate::run::standing::Word;
use crate::steps;
use crate::walk::{Job, Mark, Told, Verb};
use crate::words::say;

impl App {
    pub(super) fn told(&mut self, told: Told) {
        if matches!(told, Told::Imported(Ok(_))) && !self.wants_import() {
            self.dirty = true;
            return;
        }
        let then = self.after(&told);
        // The lines of a log are many, and most of the time nobody looks.
        self.dirty |= !matches!(told, Told::News(News::Log(_))) || matches!(self.over.last(), Some(Over::Log(_)));
        let passing = matches!(&told, Told::News(news) if !matches!(news, News::Step { .. }));
        let stood = self.walk.standing.changes.len();
        let taken_back = matches!(told, Told::TakenBack { .. });
        self.walk.hear(told);
        if taken_back {
            self.work.taken_back = stood.saturating_sub(self.walk.standing.changes.len());
        }
        if !passing {
            self.refresh();
        }
        then(self);
    }

    /// What follows once the walk has heard it.
    fn after(&mut self, told: &Told) -> fn(&mut Self) {
        match told {
            Told::Looked { .. } => Self::looked,
            Told::Drafted(_) => |app| {
                app.withdraw_questions();
                app.replan();
            },
            Told::Planned(_) => Self::planned,
            Told::Saved(Err(_)) => Self::unsaved,
            Told::Began(..) => Self::began,
            Told::Ended { result, .. } if result.is_ok() => Self::ended_well,
            Told::Ended { .. } => Self::ended,
            Told::TakenBack { .. } => Self::taken_back,
            Told::Report(_) => |app| app.work.checking = false,
            Told::Other(None) if self.page == Page::Other => Self::other_ended,
            Told::Imported(result) => {
                let heard = result.as_ref().map(|(_, imported)| *imported).map_err(Clone::clone);
                self.imported(heard);
                if result.is_ok() { Self::changed } else { |_| {} }
            }
            Told::Hashed(number, result) => {
                self.hashed(*number, result.clone());
                Self::leave_if_nothing_is_at_work
            }
            Told::Forecast(step, told) => {
                self.forecast(*step, told);
                |_| {}
            }
            Told::Written(result) => {
                self.notice = Some(match result {
                    Ok(path) => say("wizard-written", &[("path", &path.display().to_string())]),
                    Err(error) => error.to_string(),
                });
                |_| {}
            }
            _ => |_| {},
        }
    }

    /// The run that was watched has ended: what it made may be newer than what was answered here before.
    fn other_ended(&mut self) {
        self.work.opening = true;
        self.ask(Job::Recall);
    }

    /// The machine is known: at the opening it decides where one stands.
    fn looked(&mut self) {
        self.replan();
        if !std::mem::take(&mut self.work.opening) {
            return;
        }
        match self.walk.standing.state {
            Word::Running => self.turn(Page::Other),
            Word::Interrupted | Word::Failed | Word::Partly => self.turn(Page::Back),
            Word::Finished => {
                self.turn(Page::Health);
                self.check();
            }
            Word::Nothing if self.page == Page::Other => self.turn(Page::Step(0)),
            Word::Nothing => self.go_on_where_left(),
        }
    }

    /// Answers that were kept: the walk goes on at the first step that still asks.
    fn go_on_where_left(&mut self) {
        if self.page != Page::Step(0) || !self.marks.contains(&Mark::Answered) {
            return;
        }
        let open = |n: &usize| self.marks[*n] == Mark::ToDo && !self.walk.questions(&steps::ALL[*n]).is_empty();
        let to = (0..steps::ALL.len()).find(open).map_or(Page::Review, Page::Step);
        self.turn(to);
        self.notice = Some(say("wizard-welcome-back", &[]));
    }

    fn planned(&mut self) {
        self.work.planning = false;
        self.withdraw_questions();
        if let Some(go) = self.work.start.take() {
            self.notice = None;
            self.go(go);
        }
    }

    fn unsaved(&mut self) {
        let why = self.walk.unsaved.as_ref().map(ToString::to_string).unwrap_or_default();
        self.notice = Some(say("wizard-unsaved", &[("why", &why)]));
    }

    fn began(&mut self) {
        self.work.starting = false;
        self.notice = None;
        self.over.clear();
        self.turn(Page::Run);
    }

    fn ended_well(&mut self) {
        let verb = self.walk.run.as_ref().map(|run| run.verb);
        self.after_run();
        if verb == Some(Verb::Rehearsal) {
            return;
        }
        if self.walk.standing.state == Word::Finished {
            self.turn(Page::Closing);
        } else {
            let made = self.walk.run.as_ref().and_then(|run| run.step);
            let next = made.and_then(|id| steps::ALL.iter().position(|step| step.id == id));
            self.turn(next.map_or(Page::Review, Page::Step));
            self.notice = Some(say("wizard-step-made", &[]));
        }
    }

    fn ended(&mut self) {
        self.after_run();
        self.turn(Page::Failure);
    }

    fn taken_back(&mut self) {
        self.after_run();
        self.turn(Page::Undone);
    }

    /// The machine is another than before the run.
    fn after_run(&mut self) {
        self.work.starting = false;
        self.over.clear();
        if std::mem::take(&mut self.work.stopping) {
            self.acts.push(Act::Stopped);
        }
        self.ask(Job::Look);
        self.replan();
        self.leave_if_nothing_is_at_work();
    }

    pub(super) fn check(&mut self) {
        self.work.checking = true;
        self.ask(Job::Check);
    }

    /// Whether the last run stopped because it was asked to.
    #[must_use]
    pub fn was_stopped(&self) -> bool {
        self.walk.failure.as_ref().is_some_and(|failure| failure.error.kind() == Kind::Interrupted)
    }

    /// Nobody is there any more: what was typed is kept, and a run comes to the end of its step first.
    pub(super) fn gone(&mut self) {
        if self.work.leaving {
            return;
        }
        self.work.leaving = true;
        self.commit();
        self.leave_if_nothing_is_at_work();
    }

    /// Ends the program that is to end, once no run is at work and no row is on its way into the answers.
    pub(super) fn leave_if_nothing_is_at_work(&mut self) {
        let hashing = self.over.iter().any(|over| matches!(over, Over::Form(form) if form.busy.is_some()));
        if self.work.leaving && !hashing && !self.is_busy() {
            self.acts.push(Act::Leave);
        }
    }
}
