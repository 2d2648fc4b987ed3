//! The desk: threads that do the work of a walk, so that no face of the program ever waits for it. Jobs go in, what
//! came of them is told.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::check::Report;
use crate::draft::{Draft, Imported};
use crate::engine::undo::Forecast;
use crate::engine::{State, Stop};
use crate::error::{Error, Result};
use crate::facts::Facts;
use crate::log::Logs;
use crate::probe::dns::{self, Resolution};
use crate::run::news::News;
use crate::run::setup::Phase;
use crate::run::standing::Standing;
use crate::secret::Secret;
use crate::ui::preview::Preview;
use crate::walk::Verb;

mod aside;
mod fetch;
mod other;
mod rehearse;
mod work;

/// How long the DNS may take to answer for a name that was typed.
const NAME: Duration = Duration::from_secs(4);
/// How long one waits for a fetch to end.
const FAREWELL: Duration = Duration::from_secs(3);
/// How often another mailwright's run is looked at.
const OTHER: Duration = Duration::from_millis(500);

/// Work for the desk.
#[derive(Debug, Clone)]
pub enum Job {
    /// Look at the machine and at what was done here.
    Look,
    /// Bring back the answers given so far: those in the making, else those of the last setup.
    Recall,
    /// Keep the answers in the making (0600, in the state directory). Nothing happens without root.
    Save(Box<Draft>),
    /// Plan, and hold the plan against the machine.
    Plan(Box<Draft>),
    /// Fetch the packages, and go on with other jobs meanwhile.
    Fetch,
    /// Ask the DNS for a name's addresses. Of several names waiting, the last one is asked for.
    Resolve(String),
    /// Make so what the draft asks: all, or up to this step.
    Setup {
        /// The answers.
        draft: Box<Draft>,
        /// The last step to be made.
        last: Option<&'static str>,
    },
    /// See what taking that back would save and leave.
    Forecast(Option<&'static str>),
    /// Take back everything, or this step and those after it.
    TakeBack(Option<&'static str>),
    /// Run the checks of all steps, by the answers of the last setup.
    Check,
    /// Rehearse the setup on a throwaway host.
    Rehearse(Box<Draft>),
    /// Hash a password that was typed, while other jobs go on; the number comes back with the hash.
    Hash(u64, Secret),
    /// Take up a list in CSV, while other jobs go on.
    Import {
        /// The answers it is added to.
        draft: Box<Draft>,
        /// The file.
        path: PathBuf,
    },
    /// Write a text for the admin (the records to publish) to this file, while other jobs go on.
    Write {
        /// The file.
        path: PathBuf,
        /// What it is to hold.
        text: String,
    },
}

/// What the desk tells.
#[derive(Debug)]
pub enum Told {
    /// The machine and what was done here.
    Looked {
        /// The machine.
        facts: Box<Facts>,
        /// What was done.
        standing: Standing,
        /// Whether this process may change it.
        root: bool,
    },
    /// The answers given so far.
    Drafted(Box<Draft>),
    /// The plan against the machine, and whether the machine is fit.
    Planned(Result<(Box<Preview>, Report)>),
    /// The draft was kept, or why not.
    Saved(Result<()>),
    /// The packages are on their way: so many percent.
    Fetching(u8),
    /// The packages are here, or why not.
    Fetched(Result<()>),
    /// What the DNS says of a name.
    Resolved(String, Resolution),
    /// A run began, with these logs.
    Began(Verb, Logs),
    /// What a run tells.
    News(News),
    /// A step was checked.
    Phase(Phase),
    /// A setup or a rehearsal has ended.
    Ended {
        /// How.
        result: Result<()>,
        /// Where the server stands now.
        standing: Standing,
    },
    /// What taking back that much would save and leave, or what would stand in its way.
    Forecast(Option<&'static str>, Result<Forecast>),
    /// A rollback has ended well.
    TakenBack {
        /// The steps of what was undone.
        undone: Vec<String>,
        /// What was kept or saved.
        kept: Vec<String>,
        /// Where the server stands now.
        standing: Standing,
    },
    /// The checks were run.
    Report(Result<Report>),
    /// Whether the machine is fit, as far as that is seen without the answers.
    Findings(Report),
    /// The hash of the password of this number, or why it is refused.
    Hashed(u64, std::result::Result<Secret, String>),
    /// The answers with the list taken up, or every reason why not.
    Imported(std::result::Result<(Box<Draft>, Imported), Vec<String>>),
    /// The text was written to this file, or why not.
    Written(Result<PathBuf>),
    /// The last lines of another mailwright's log; `None` when it has ended.
    Other(Option<Vec<String>>),
}

/// Who hears what the desk tells.
type Ear = Arc<dyn Fn(Told) + Send + Sync>;

/// The desk. Its threads end with the process: a face that leaves waits for a run's [`Told::Ended`] first.
pub struct Desk {
    jobs: Sender<Job>,
    names: Sender<String>,
    /// Drafts are kept at once, whatever else is at work.
    drafts: Sender<Box<Draft>>,
    keeper: JoinHandle<()>,
    /// Ends a fetch that is at work.
    no_fetch: Arc<AtomicBool>,
    /// Whether one is.
    fetching: Arc<AtomicBool>,
    tell: Ear,
}

/// What the thread of the desk knows.
struct Clerk {
    state: State,
    stop: Stop,
    tell: Ear,
    fetch: Option<fetch::Fetching>,
    no_fetch: Arc<AtomicBool>,
    fetching: Arc<AtomicBool>,
    /// Whether another mailwright was at work when last looked.
    other: bool,
    /// The files changed by hand that the last plan showed.
    shown: Vec<String>,
}

impl Desk {
    /// Opens the desk: its threads wait for jobs. `tell` is called from them.
    #[must_use]
    pub fn open(state: State, stop: Stop, tell: impl Fn(Told) + Send + Sync + 'static) -> Self {
        let tell: Ear = Arc::new(tell);
        let (jobs, open) = mpsc::channel();
        let (names, asked) = mpsc::channel();
        let (drafts, given) = mpsc::channel();
        let ear = tell.clone();
        thread::spawn(move || resolve(&asked, &ear));
        let (kept, ear) = (state.clone(), tell.clone());
        let keeper = thread::spawn(move || aside::keep(&given, &kept, &ear));
        let no_fetch = Arc::new(AtomicBool::new(false));
        let fetching = Arc::new(AtomicBool::new(false));
        let clerk = Clerk {
            fetching: fetching.clone(),
            state,
            stop,
            tell: tell.clone(),
            fetch: None,
            no_fetch: no_fetch.clone(),
            other: false,
            shown: Vec::new(),
        };
        thread::spawn(move || clerk.serve(&open));
        Self { jobs, names, drafts, keeper, no_fetch, fetching, tell }
    }

    /// Gives the desk a job.
    pub fn ask(&self, job: Job) {
        // The threads end with this process alone.
        let _ = match job {
            Job::Resolve(name) => self.names.send(name).map_err(drop),
            Job::Save(draft) => self.drafts.send(draft).map_err(drop),
            Job::Hash(..) | Job::Import { .. } | Job::Write { .. } => {
                let tell = self.tell.clone();
                thread::spawn(move || aside::work(job, &tell));
                Ok(())
            }
            job => self.jobs.send(job).map_err(drop),
        };
    }

    /// Closes the desk: what was to be kept is kept when this returns, and a fetch has ended, its apt with it.
    pub fn close(self) {
        self.no_fetch.store(true, Ordering::SeqCst);
        drop(self.drafts);
        let _ = self.keeper.join();
        let until = Instant::now() + FAREWELL;
        while self.fetching.load(Ordering::SeqCst) && Instant::now() < until {
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Asks for names one after the other; of several that wait, for the last one.
fn resolve(asked: &Receiver<String>, tell: &Ear) {
    while let Ok(first) = asked.recv() {
        let name = asked.try_iter().last().unwrap_or(first);
        let resolution = dns::addresses(&name, NAME);
        tell(Told::Resolved(name, resolution));
    }
}

impl Clerk {
    fn serve(mut self, open: &Receiver<Job>) {
        loop {
            let job = if self.other {
                open.recv_timeout(OTHER)
            } else {
                open.recv().map_err(|_| RecvTimeoutError::Disconnected)
            };
            match job {
                Ok(job) => self.work_or_tell(job),
                Err(RecvTimeoutError::Timeout) => {
                    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.look_at_other())) {
                        self.other = false;
                        self.tell(Told::Planned(Err(defect(panic.as_ref()))));
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// A defect of ours ends the job and not the desk: whoever waits for the end of a run hears of it.
    fn work_or_tell(&mut self, job: Job) {
        let run = matches!(job, Job::Setup { .. } | Job::TakeBack(_) | Job::Rehearse(_));
        let check = matches!(job, Job::Check);
        let forecast = if let Job::Forecast(step) = job { Some(step) } else { None };
        let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.work(job))) else { return };
        let error = defect(panic.as_ref());
        self.tell(if run {
            Told::Ended { result: Err(error), standing: self.standing() }
        } else if check {
            Told::Report(Err(error))
        } else if let Some(step) = forecast {
            Told::Forecast(step, Err(error))
        } else {
            Told::Planned(Err(error))
        });
    }

    fn tell(&self, told: Told) {
        (self.tell)(told);
    }
}

/// The sentence for a defect of ours, with what the panic said.
fn defect(panic: &(dyn std::any::Any + Send)) -> Error {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Error::failed("mailwright itself failed").caused_by(said.unwrap_or("no reason was given")).hint("please report it")
}
