//! A check in words: what must be true, what it means when it is not, and what to do then.

use super::Check;
use crate::change::Daemon;
use crate::words::say;

impl Check {
    /// What must be true, as a line.
    #[must_use]
    pub fn title(&self) -> String {
        self.words("")
    }

    /// What it means that it is not true.
    #[must_use]
    pub fn means(&self) -> String {
        self.words("-means")
    }

    /// What to do about it; an indented line is a command.
    #[must_use]
    pub fn fix(&self) -> String {
        self.words("-fix")
    }

    fn words(&self, suffix: &str) -> String {
        let values = self.values();
        let values: Vec<(&str, &str)> = values.iter().map(|(name, text)| (*name, text.as_str())).collect();
        say(&format!("check-{}{suffix}", self.id()), &values)
    }

    /// What the words may name: `$about`, the same as `$count` where it is a number, and what else a command needs.
    fn values(&self) -> Vec<(&'static str, String)> {
        let mut values = vec![("about", self.about()), ("count", self.about())];
        match self {
            Self::Found(finding) => {
                values.push(("outcome", finding.outcome.name().to_owned()));
                values.push(("evidence", finding.evidence.clone()));
                let ports: Vec<String> = finding.ports.iter().map(ToString::to_string).collect();
                values.push(("ports", ports.join(", ")));
            }
            Self::CertificateFits { certificate, key, .. } => {
                values.push(("certificate", certificate.display().to_string()));
                values.push(("key", key.display().to_string()));
            }
            Self::NothingHeldBack { daemons } => {
                let units: Vec<&str> = daemons.iter().flat_map(|daemon| Daemon::units(*daemon)).copied().collect();
                values.push(("units", units.join(" ")));
            }
            Self::Running { daemon } => values.push(("unit", daemon.unit().to_owned())),
            Self::ConfigurationClean { daemon } => values.push(("command", daemon.syntax_check().join(" "))),
            Self::SigningKeyFits { owner, .. } => values.push(("owner", owner.clone())),
            Self::SigningKeyPublished { selector, .. } | Self::Signs { selector, .. } => {
                values.push(("selector", selector.clone()));
            }
            Self::PostfixValues { values: wanted } => {
                let names: Vec<&str> = wanted.iter().map(|(name, _)| name.as_str()).collect();
                values.push(("names", names.join(" ")));
            }
            Self::JailWatches { jail } => values.push(("unit", jail.daemon().unit().to_owned())),
            Self::ZoneServed { file, .. } => values.push(("path", file.display().to_string())),
            Self::MapAnswers { map, .. } => values.push(("map", map.clone())),
            Self::TlsServed { ports, .. } => {
                // The last one speaks TLS from the start in every list of ours, so openssl needs no STARTTLS.
                values.push(("port", ports.last().map(ToString::to_string).unwrap_or_default()));
            }
            _ => {}
        }
        values
    }
}
