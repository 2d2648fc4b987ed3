//! The keys of the page at hand, as many as fit.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::super::app::App;
use super::super::command::{Command, commands, name};
use crate::words::say;

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, app: &App) {
    if let Some(over) = app.over.last() {
        return keys(frame, area, app, &over.keys());
    }
    if let Some((input, true)) = &app.search {
        let (shown, column) = input.window(usize::from(area.width).saturating_sub(30), None);
        let label = format!(" {} ", say("wizard-search", &[]));
        let x = label.width() + column;
        frame.render_widget(Line::raw(format!("{label}{}", shown.as_str())), area);
        if let Ok(x) = u16::try_from(x) {
            frame.set_cursor_position((area.x + x.min(area.width.saturating_sub(1)), area.y));
        }
        return;
    }
    let all = commands(app);
    let shown = fitting(&all, area.width.into()).into_iter().map(|command| (short(command), command.words.clone()));
    keys(frame, area, app, &shown.collect::<Vec<_>>());
}

fn keys(frame: &mut Frame<'_>, area: Rect, app: &App, keys: &[(&'static str, String)]) {
    let mut spans = vec![Span::raw(" ")];
    for (key, words) in keys {
        spans.push(Span::styled(name(key), app.theme.accent()));
        spans.push(Span::raw(format!(" {words}   ")));
    }
    frame.render_widget(Line::from(spans), area);
}

/// The first of a key's names.
fn short(command: &Command) -> &'static str {
    command.names().next().unwrap_or_default()
}

/// Help and leaving always fit; of the others, the first that do.
fn fitting(all: &[Command], width: usize) -> Vec<&Command> {
    let takes = |command: &Command| name(short(command)).width() + command.words.width() + 4;
    let last = all.len().saturating_sub(2);
    let mut room = width.saturating_sub(1 + all[last..].iter().map(takes).sum::<usize>());
    let mut chosen = Vec::new();
    for command in all[..last].iter().filter(|command| !command.hidden) {
        if takes(command) <= room {
            room -= takes(command);
            chosen.push(command);
        }
    }
    chosen.extend(&all[last..]);
    chosen
}
