//! One log a run, under /var/log/mailwright (0640 root:adm): a span for each step and change, every program with its
//! exit code, time and output. The same events feed the progress on the screen.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, chown};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use time::OffsetDateTime;
use time::macros::format_description;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::prelude::*;

use crate::error::{Context, Error, Result};
use crate::ui::progress::Progress;
use crate::words::{ENGLISH, say, say_in, spoken};

/// Where logs lie.
pub const DIR: &str = "/var/log/mailwright";

/// The logs of one run.
#[derive(Debug, Clone)]
pub struct Logs {
    /// The run's own log.
    pub run: PathBuf,
    /// The output of apt while it runs.
    pub apt: PathBuf,
}

/// Opens the log of a run and sends every event there and to the screen.
///
/// # Errors
/// When it cannot be written, or a log is open already.
pub fn start(verb: &str, progress: Progress) -> Result<Logs> {
    fs::DirBuilder::new().recursive(true).mode(0o750).create(DIR).context(|| format!("{DIR} could not be made"))?;
    let format = format_description!("[year]-[month]-[day]T[hour][minute][second]");
    let date = OffsetDateTime::now_utc().format(&format).context(|| "the clock cannot be read".into())?;
    let run = Path::new(DIR).join(format!("{date}-{verb}.log"));
    let apt = Path::new(DIR).join(format!("{date}-{verb}-apt.log"));
    let file = open(&run)?;
    drop(open(&apt)?);
    let ours = Targets::new().with_target("mailwright", LevelFilter::DEBUG);
    let to_file = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_target(false)
        .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
        .with_writer(Mutex::new(file))
        .with_filter(ours);
    tracing_subscriber::registry()
        .with(to_file)
        .with(progress)
        .try_init()
        .map_err(|error| Error::failed("the log could not be opened").caused_by(error))?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), verb, "mailwright");
    Ok(Logs { run, apt })
}

/// Tells the screen what is going on, by the key of its words: in the language of the screen as `shown`, where that is
/// another one, and for the log in English as `note`.
pub fn tell(key: &str, values: &[(&str, &str)]) {
    let shown = (spoken() != ENGLISH).then(|| say(key, values));
    tracing::info!(target: "mailwright::progress", note = say_in(ENGLISH, key, values), shown);
}

fn open(path: &Path) -> Result<File> {
    let file = OpenOptions::new().create(true).append(true).mode(0o640).open(path);
    let file = file.context(|| format!("the log {} could not be opened", path.display()))?;
    // Debian's group for those who read logs.
    let groups = fs::read_to_string("/etc/group").unwrap_or_default();
    let adm = groups.lines().find_map(|line| line.strip_prefix("adm:x:")?.split(':').next()?.parse().ok());
    let _ = chown(path, None, adm);
    Ok(file)
}
