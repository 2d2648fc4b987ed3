//! One log a run, under /var/log/mailwright (0640 root:adm): a span for each step and change, every program with its
//! exit code, time and output. The same events feed the progress on the screen.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use time::OffsetDateTime;
use time::macros::format_description;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::prelude::*;

use crate::engine::paths;
use crate::error::{Context, Error, Result};
use crate::files::{self, Access};
use crate::run::news::{News, Teller};
use crate::words::{ENGLISH, say, say_in, spoken};

/// Where logs lie.
pub const DIR: &str = "/var/log/mailwright";
/// What came of the last time an authority was asked for a certificate in vain: why in the first line, then all that
/// certbot said. There is none when it was not in vain.
pub const ACME: &str = "/var/log/mailwright/acme.log";

/// The logs of one run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Logs {
    /// The run's own log.
    pub run: PathBuf,
    /// The output of apt while it runs.
    pub apt: PathBuf,
}

/// Where events go just now: one process may make several runs, one after the other.
struct Current {
    file: File,
    tell: Arc<dyn Fn(News) + Send + Sync>,
}

static CURRENT: Mutex<Option<Current>> = Mutex::new(None);
/// Whether this process's events come here.
static LISTENING: OnceLock<bool> = OnceLock::new();

/// Opens the log of a run and sends every event there and to `tell`, until the next run of this process begins.
///
/// # Errors
/// When it cannot be written, or events of this process go elsewhere.
pub fn start(verb: &str, tell: impl Fn(News) + Send + Sync + 'static) -> Result<Logs> {
    files::create_all(Path::new(DIR), 0o750)
        .map_err(|error| paths::failed(format!("{DIR} could not be made"), &error))?;
    let format = format_description!("[year]-[month]-[day]T[hour][minute][second]");
    let date = OffsetDateTime::now_utc().format(&format).context(|| "the clock cannot be read".into())?;
    let run = Path::new(DIR).join(format!("{date}-{verb}.log"));
    let apt = Path::new(DIR).join(format!("{date}-{verb}-apt.log"));
    let file = open(&run)?;
    drop(open(&apt)?);
    *current() = Some(Current { file, tell: Arc::new(tell) });
    if !*LISTENING.get_or_init(listen) {
        return Err(Error::failed("the log could not be opened: events go elsewhere"));
    }
    tracing::info!(version = env!("CARGO_PKG_VERSION"), verb, "mailwright");
    Ok(Logs { run, apt })
}

/// Ends the log of the run: what this process does after it is none of its business.
pub fn stop() {
    *current() = None;
}

fn listen() -> bool {
    let ours = || Targets::new().with_target("mailwright", LevelFilter::DEBUG);
    let to_file = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_target(false)
        .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
        .with_writer(|| ToFile)
        .with_filter(ours());
    let tell = |news| {
        // Told outside the lock: who listens may take their time.
        let ear = current().as_ref().map(|current| current.tell.clone());
        if let Some(ear) = ear {
            ear(news);
        }
    };
    tracing_subscriber::registry().with(to_file).with(Teller::new(tell).with_filter(ours())).try_init().is_ok()
}

fn current() -> std::sync::MutexGuard<'static, Option<Current>> {
    CURRENT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes to the log of the run that is at work.
struct ToFile;

impl Write for ToFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        current().as_mut().map_or(Ok(bytes.len()), |current| current.file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        current().as_mut().map_or(Ok(()), |current| current.file.flush())
    }
}

/// Tells the screen what is going on, by the key of its words: in the language of the screen as `shown`, where that is
/// another one, and for the log in English as `note`.
pub fn tell(key: &str, values: &[(&str, &str)]) {
    let shown = (spoken() != ENGLISH).then(|| say(key, values));
    tracing::info!(target: "mailwright::progress", note = say_in(ENGLISH, key, values), shown);
}

fn open(path: &Path) -> Result<File> {
    let file = files::append(path, 0o640);
    let file =
        file.map_err(|error| paths::failed(format!("the log {} could not be opened", path.display()), &error))?;
    // Debian's group for those who read logs.
    let groups = fs::read_to_string("/etc/group").unwrap_or_default();
    let adm = groups.lines().find_map(|line| line.strip_prefix("adm:x:")?.split(':').next()?.parse().ok());
    let access = files::look_at(&file).context(|| format!("the log {} could not be looked at", path.display()))?.access;
    let _ = files::set_on(&file, Access { mode: 0o640, gid: adm.unwrap_or(access.gid), ..access });
    Ok(file)
}
