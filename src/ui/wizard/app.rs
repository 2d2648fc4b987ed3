//! The state of the screen, and how it follows what happens. No I/O and no drawing: an event goes in, what is to be done
//! comes out.

use std::time::{Duration, Instant};

use ratatui::crossterm::event::{KeyEvent, KeyEventKind};

use super::edit::Edit;
use super::event::{Act, Event};
use super::input::Input;
use super::item::{Go, Item};
use super::over::Over;
use super::page::Page;
use super::pages;
use super::theme::Theme;
use crate::answers::Mistake;
use crate::draft::Draft;
use crate::question::Question;
use crate::steps::{self, Step};
use crate::walk::{Job, Mark, Walk};

/// A plan is made so long after the last change of the answers.
const PLAN: Duration = Duration::from_millis(300);
/// The DNS is asked so long after the last key.
const NAME: Duration = Duration::from_millis(400);

/// What is due, and what is under way.
#[expect(clippy::struct_excessive_bools, reason = "each is under way or not, whatever the others are")]
#[derive(Default)]
pub struct Work {
    /// When the next plan is to be made.
    pub plan_at: Option<Instant>,
    /// Whether one is being made.
    pub planning: bool,
    /// When the DNS is to be asked for which name.
    pub name_at: Option<(Instant, String)>,
    /// Whether the machine's state decides the page when it is next told.
    pub opening: bool,
    /// Whether the checks are being run.
    pub checking: bool,
    /// Whether a run was given to the desk and has not begun yet.
    pub starting: bool,
    /// What is to be asked for as soon as the plan is there.
    pub start: Option<Go>,
    /// The step from which the last rollback was to take back.
    pub undoing: Option<&'static str>,
    /// Whether the run was asked to stop.
    pub stopping: bool,
    /// How many changes the last rollback took back.
    pub taken_back: usize,
    /// Whether the program ends with the run.
    pub leaving: bool,
    /// How far passwords that are hashed elsewhere were counted.
    pub numbers: u64,
    /// The answers that a list is being added to.
    pub import_into: Option<Draft>,
    /// The last step of the last setup, when it was not to make all.
    pub last: Option<&'static str>,
}

/// The screen.
pub struct App {
    /// The walk that is shown.
    pub walk: Walk,
    /// How it is painted.
    pub theme: Theme,
    /// The columns and lines of the terminal.
    pub size: (u16, u16),
    /// What is wrong with the answers, in their order.
    pub mistakes: Vec<Mistake>,
    /// The page at hand.
    pub page: Page,
    /// What the next key acts on.
    pub focus: Option<Item>,
    /// The first line shown, when it was scrolled.
    pub scroll: Option<usize>,
    /// The answer being typed.
    pub edit: Option<Edit>,
    /// Whether what is wrong on this page is told though nothing was typed.
    pub insist: bool,
    /// What lies over the page, the uppermost last.
    pub over: Vec<Over>,
    /// What is looked for in the plan, and whether it is being typed.
    pub search: Option<(Input, bool)>,
    /// How the steps stand.
    pub marks: Vec<Mark>,
    /// What is wrong with the answers: the step, the key, and a sentence.
    pub wrong: Vec<(&'static str, &'static str, String)>,
    /// The question that keeps a plan from being made, and what is wrong with its answer.
    pub in_the_way: Option<(&'static str, String)>,
    /// A line that stands until the next key.
    pub notice: Option<String>,
    /// What is due.
    pub work: Work,
    /// Where the journal and the answers are kept, to be told at the end.
    pub kept_in: String,
    /// Whether the screen is to be drawn again.
    pub dirty: bool,
    /// When this event happened.
    pub now: Instant,
    pub(super) acts: Vec<Act>,
    second: u64,
}

impl App {
    /// The screen before anything is known, and what it asks for first.
    #[must_use]
    pub fn new(theme: Theme, size: (u16, u16), now: Instant) -> (Self, Vec<Act>) {
        let work = Work { opening: true, ..Work::default() };
        let mut app = Self {
            walk: Walk::default(),
            theme,
            size,
            page: Page::Step(0),
            focus: None,
            scroll: None,
            edit: None,
            insist: false,
            over: Vec::new(),
            search: None,
            marks: Vec::new(),
            wrong: Vec::new(),
            mistakes: Vec::new(),
            in_the_way: None,
            notice: None,
            work,
            kept_in: String::new(),
            dirty: true,
            now,
            acts: Vec::new(),
            second: 0,
        };
        app.refresh();
        app.settle();
        (app, vec![Act::Ask(Job::Recall), Act::Ask(Job::Look)])
    }

    /// Follows what happened; what is to be done then.
    pub fn update(&mut self, event: Event, now: Instant) -> Vec<Act> {
        self.now = now;
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => self.pressed(key),
            Event::Key(_) => {}
            Event::Paste(text) => self.pasted(&text),
            Event::Resize(columns, lines) => {
                (self.size, self.dirty) = ((columns, lines), true);
            }
            Event::Told(told) => self.told(*told),
            Event::Gone | Event::Asked => self.gone(),
            Event::Tick => self.tick(),
        }
        self.settle();
        std::mem::take(&mut self.acts)
    }

    fn pressed(&mut self, key: KeyEvent) {
        self.dirty = true;
        self.notice = None;
        self.work.start = None;
        self.key(key);
    }

    fn pasted(&mut self, text: &str) {
        self.dirty = true;
        if let Some(over) = self.over.last_mut() {
            over.paste(text);
        } else if let Some((input, true)) = &mut self.search {
            input.paste(text);
        } else {
            self.type_in(|input| {
                input.paste(text);
                true
            });
        }
    }

    /// When the next thing is due.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        let plan_at = self.work.plan_at.filter(|_| !self.work.planning);
        plan_at.into_iter().chain(self.work.name_at.as_ref().map(|(at, _)| *at)).min()
    }

    fn tick(&mut self) {
        if self.work.plan_at.is_some_and(|at| at <= self.now) && !self.work.planning {
            self.work.plan_at = None;
            self.plan();
        }
        if let Some((_, name)) = self.work.name_at.take_if(|(at, _)| *at <= self.now) {
            self.ask(Job::Resolve(name));
        }
        // A run shows its time, nothing else moves by itself.
        if let Some(run) = self.walk.run.as_ref().filter(|run| run.is_at_work()) {
            let second = run.elapsed().as_secs();
            self.dirty |= self.page == Page::Run && second != self.second;
            self.second = second;
        }
    }

    /// Plans when the answers suffice; defaults that were not changed count.
    fn plan(&mut self) {
        if self.walk.is_running() || self.walk.facts.is_none() {
            return;
        }
        let draft = self.walk.with_defaults();
        if draft.answers().is_ok() {
            self.work.planning = true;
            self.dirty = true;
            self.ask(Job::Plan(Box::new(draft)));
        } else {
            (self.walk.preview, self.walk.unplanned) = (None, None);
            self.in_the_way = self.walk.in_the_way();
            self.dirty = true;
        }
    }

    /// The answers have changed: they are kept, and a plan is due.
    pub(super) fn changed(&mut self) {
        self.ask(Job::Save(Box::new(self.walk.draft.clone())));
        self.replan();
    }

    /// A plan is due.
    pub(super) fn replan(&mut self) {
        self.work.plan_at = Some(self.now + PLAN);
        self.refresh();
    }

    /// Takes in how the steps stand; done once after a change, as judging the answers takes a while.
    pub(super) fn refresh(&mut self) {
        self.marks = steps::ALL.iter().map(|step| self.walk.mark(step)).collect();
        self.mistakes = self.walk.draft.mistakes();
        let of = |step: &'static Step| {
            self.walk.wrong(step).into_iter().map(|(key, why)| (step.id, key, why)).collect::<Vec<_>>()
        };
        self.wrong = steps::ALL.iter().flat_map(of).collect();
        self.dirty = true;
    }

    /// What is wrong at a key.
    #[must_use]
    pub fn wrong_at(&self, key: &str) -> Option<&str> {
        self.wrong.iter().find(|(_, at, _)| *at == key).map(|(.., why)| why.as_str())
    }

    pub(super) fn ask(&mut self, job: Job) {
        self.acts.push(Act::Ask(job));
    }

    /// The step whose page this is.
    #[must_use]
    pub fn step(&self) -> Option<&'static Step> {
        if let Page::Step(n) = self.page { steps::ALL.get(n) } else { None }
    }

    /// The question of this key, on this page.
    #[must_use]
    pub fn question(&self, key: &str) -> Option<Question> {
        self.walk.questions(self.step()?).into_iter().find(|question| question.key == key)
    }

    /// What can be chosen on this page.
    #[must_use]
    pub fn items(&self) -> Vec<Item> {
        let width = super::frame::body(self.size).width;
        pages::doc(self, width.into()).items.into_iter().map(|(item, _)| item).collect()
    }

    /// After every event: something is chosen, and the answer that can be typed is the one that is chosen.
    fn settle(&mut self) {
        let area = super::frame::body(self.size);
        let doc = pages::doc(self, area.width.into());
        let known = |focus: Item| doc.items.iter().any(|(item, _)| *item == focus);
        if !self.focus.is_some_and(known) {
            // A page opens at its top, even where what Enter does stands below.
            let fresh = self.focus.is_none();
            self.focus = first(&doc.items);
            let acts = matches!(self.focus, Some(Item::Go(_) | Item::Check(_)));
            self.scroll = if fresh && acts { Some(0) } else { self.scroll };
        }
        let chosen = match self.focus {
            Some(Item::Answer(key)) => self.question(key).filter(pages::is_text),
            _ => None,
        };
        let Some(question) = chosen else {
            self.edit = None;
            return;
        };
        let fits =
            |edit: &Edit| edit.key == question.key && (!edit.pristine || edit.input.text() == self.value(&question));
        if !self.edit.as_ref().is_some_and(fits) {
            self.edit = Some(Edit::new(&self.walk, &question));
            self.look_up(0);
        }
    }

    fn value(&self, question: &Question) -> String {
        self.walk.value(question)
    }

    /// The DNS is asked for the name that stands in the field, so long from now as one goes on typing.
    pub(super) fn look_up(&mut self, typed: u32) {
        let Some(edit) = self.edit.as_ref().filter(|edit| edit.key == "hostname") else { return };
        let name = edit.input.text().trim().to_owned();
        let is_name = name.parse::<crate::answers::Fqdn>().is_ok();
        self.work.name_at = is_name.then(|| (self.now + NAME * typed, name));
    }
}

/// What is chosen when a page opens: a question or something to do, before a look at one of the
/// changes or checks.
fn first(items: &[(Item, std::ops::Range<usize>)]) -> Option<Item> {
    let at_hand = items.iter().find(|(item, _)| !matches!(item, Item::Change(..) | Item::Check(_)));
    at_hand.or(items.first()).map(|(item, _)| *item)
}
