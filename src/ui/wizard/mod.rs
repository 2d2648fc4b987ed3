//! The wizard: the walk on a screen.
//!
//! One thread draws and follows events; one reads the keys; the desk's threads work. [`app`] holds the state and changes
//! it without any I/O, [`frame`] and [`pages`] turn it into lines.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use rustix::process::setpriority_process;

use crate::engine::{State, Stop};
use crate::error::Result;
use crate::walk::{Desk, Told, Verb};

mod answering;
mod app;
mod command;
mod doc;
mod edit;
mod event;
mod frame;
mod go;
mod hear;
mod input;
mod item;
mod keyboard;
mod keys;
mod over;
mod page;
mod pages;
mod starting;
pub mod terminal;
#[cfg(test)]
mod tests;
mod theme;

use app::App;
use event::{Act, Event};
use terminal::Screen;
use theme::Theme;

/// Signals are looked for this often.
const WATCH: Duration = Duration::from_millis(250);
/// The niceness of the threads that draw and read keys.
const AHEAD: i32 = -10;
/// What a run tells is drawn no more often than this; keys are answered at once.
const CALM: Duration = Duration::from_millis(60);

/// Opens the wizard and follows it to its end.
///
/// # Errors
/// When the terminal cannot be set up.
pub fn run(state: &State, stop: &Stop) -> Result<()> {
    let theme = Theme::of(|name| std::env::var(name).ok());
    let screen = Screen::open()?;
    let size = screen.terminal.size().map_or((80, 24), |size| (size.width, size.height));
    let (mut app, acts) = App::new(theme, size, Instant::now());
    app.kept_in = state.dir().display().to_string();
    let (tell, events) = mpsc::channel();
    let mut watch = Watch { screen, app, stop: stop.clone(), drawn: Instant::now(), leave: false, gone: false };
    watch.draw();
    let ear = tell.clone();
    let desk = Desk::open(state.clone(), stop.clone(), move |told| {
        let _ = ear.send(Event::Told(Box::new(told)));
    });
    watch.carry_out(&desk, acts);
    // This thread and the one that reads keys come before those that work, and before apt: a key is answered at once
    // on a small machine too. Only root may, and only root has such work (setpriority(2): on Linux it is the thread's).
    let _ = setpriority_process(None, AHEAD);
    keyboard::start(tell)?;
    let turned = catch_unwind(AssertUnwindSafe(|| {
        while !watch.leave {
            watch.turn(&desk, &events);
        }
    }));
    if turned.is_err() && watch.app.is_busy() {
        // The work does not depend on the screen: the step in hand comes to its end.
        stop.after_step.store(true, Ordering::SeqCst);
        let ends = |told: &Told| matches!(told, Told::Ended { .. } | Told::TakenBack { .. });
        while let Ok(event) = events.recv() {
            if matches!(event, Event::Told(told) if ends(&told)) {
                break;
            }
        }
    }
    // What was given last is kept before the program ends.
    desk.close();
    if let Err(panic) = turned {
        resume_unwind(panic);
    }
    left_with(&watch.app)
}

/// A run that failed and was left like that is the end of the program too; a rehearsal changed nothing.
fn left_with(app: &App) -> Result<()> {
    let rehearsal = app.walk.run.as_ref().is_some_and(|run| run.verb == Verb::Rehearsal);
    match &app.walk.failure {
        Some(failure) if !rehearsal => Err(failure.error.clone()),
        _ => Ok(()),
    }
}

/// The loop and what it holds.
struct Watch {
    screen: Screen,
    app: App,
    stop: Stop,
    drawn: Instant,
    leave: bool,
    /// Whether the terminal is gone: nothing is drawn any more.
    gone: bool,
}

impl Watch {
    /// Waits for events, follows them, and draws when something is to be seen.
    fn turn(&mut self, desk: &Desk, events: &Receiver<Event>) {
        let mut wait = WATCH;
        if let Some(due) = self.app.due() {
            wait = wait.min(due.saturating_duration_since(Instant::now()));
        }
        if self.app.dirty && !self.gone {
            wait = wait.min(CALM.saturating_sub(self.drawn.elapsed()));
        }
        let mut at_once = false;
        match events.recv_timeout(wait) {
            Ok(event) => {
                at_once |= self.follow(desk, event);
                // What has come meanwhile is drawn together; the first key out of a flood is not kept waiting.
                let began = Instant::now();
                while began.elapsed() < Duration::from_millis(8)
                    && let Ok(event) = events.try_recv()
                {
                    at_once |= self.follow(desk, event);
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => self.leave = true,
        }
        self.signals(desk);
        self.follow(desk, Event::Tick);
        if self.app.dirty && !self.leave && !self.gone && (at_once || self.drawn.elapsed() >= CALM) {
            self.draw();
        }
    }

    /// Follows an event; whether somebody waits for what is seen of it.
    fn follow(&mut self, desk: &Desk, event: Event) -> bool {
        self.gone |= matches!(event, Event::Gone);
        let at_once = matches!(event, Event::Key(_) | Event::Paste(_) | Event::Resize(..));
        let acts = self.app.update(event, Instant::now());
        self.carry_out(desk, acts);
        at_once
    }

    /// A signal ends the program, after the change or the step in hand when a run is at work.
    fn signals(&mut self, desk: &Desk) {
        if self.app.work.leaving {
            return;
        }
        if self.stop.after_step.load(Ordering::SeqCst) {
            self.follow(desk, Event::Gone);
        } else if self.stop.now.load(Ordering::SeqCst) && !self.app.work.stopping {
            self.follow(desk, Event::Asked);
        }
    }

    fn carry_out(&mut self, desk: &Desk, acts: Vec<Act>) {
        for act in acts {
            match act {
                Act::Ask(job) => desk.ask(job),
                Act::Stop => self.stop.now.store(true, Ordering::SeqCst),
                Act::Stopped => self.stop.now.store(false, Ordering::SeqCst),
                Act::Copy(text) => Screen::copy(&text),
                Act::Leave => self.leave = true,
            }
        }
        // A line may drop without a signal.
        if self.app.work.leaving {
            self.stop.after_step.store(true, Ordering::SeqCst);
        }
    }

    /// Draws. A terminal that is gone takes nothing more; the run goes on without it.
    fn draw(&mut self) {
        let app = &self.app;
        let _ = self.screen.terminal.draw(|frame| frame::render(frame, app));
        (self.app.dirty, self.drawn) = (false, Instant::now());
    }
}
