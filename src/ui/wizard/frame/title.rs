//! The title line: the server, its release, and what has been changed on it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::app::App;
use super::super::doc::{cut, padded};
use crate::walk::Fetch;
use crate::words::say;

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, app: &App) {
    let theme = app.theme;
    let (name, right) = (" mailwright", right(app));
    let room = usize::from(area.width).saturating_sub(name.len() + 2 + right.chars().count() + 3);
    // Where columns are few, the release goes by its number alone.
    let whole = host(app);
    let short = whole.split(" (").next().unwrap_or_default().to_owned();
    let middle = if whole.chars().count() <= room { whole } else { short };
    let middle = padded(&cut(&middle, room, theme.more()), room);
    let line = Line::from(vec![
        Span::styled(name, theme.accent()),
        Span::raw(format!("  {middle}  ")),
        Span::styled(right, theme.quiet()),
    ]);
    frame.render_widget(line, area);
}

/// The server as it is called, and its release.
fn host(app: &App) -> String {
    let Some(facts) = &app.walk.facts else { return say("wizard-looking-at", &[]) };
    let name = facts.fqdn.clone().unwrap_or_else(|| facts.hostname.clone());
    // Every column counts in 80.
    format!("{name}  {}  {}", app.theme.dot(), facts.os.replace("GNU/Linux ", ""))
}

fn right(app: &App) -> String {
    let fetch = match &app.walk.fetch {
        Fetch::Coming(percent) => say("wizard-fetching", &[("percent", &percent.to_string())]) + "  ",
        _ => String::new(),
    };
    let changed = match app.walk.changed() {
        0 => say("wizard-unchanged", &[]),
        count => say("wizard-changed", &[("count", &count.to_string())]),
    };
    if app.walk.facts.is_some() { fetch + &changed } else { fetch }
}
