//! What a step will change, as a list; each opens its diff.

use ratatui::style::Style;
use ratatui::text::Span;

use super::super::app::App;
use super::super::doc::Doc;
use super::super::item::Item;
use crate::plan::Standing;
use crate::steps::Step;
use crate::ui::preview::ChangePreview;
use crate::words::say;

pub(super) fn add(doc: &mut Doc, app: &App, step: &'static Step) {
    let theme = app.theme;
    let Some(preview) = app.walk.step_preview(step.id) else { return unknown(doc, app, step) };
    let to_make = preview.changes.iter().filter(|change| !change.standing.holds()).count();
    if to_make == 0 {
        let words =
            if preview.changes.is_empty() { say("wizard-changes-none", &[]) } else { say("wizard-changes-hold", &[]) };
        doc.text(0, &words, theme.quiet());
        return;
    }
    let title = say("wizard-changes", &[("count", &to_make.to_string())]);
    let stale = if app.work.planning || app.work.plan_at.is_some() { theme.more() } else { "" };
    doc.text(0, &format!("{title}{stale}"), theme.strong());
    for (n, change) in preview.changes.iter().enumerate().filter(|(_, change)| !change.standing.holds()) {
        one(doc, app, Item::Change(step.id, n), change);
    }
    let held = preview.changes.len() - to_make;
    if held > 0 {
        doc.text(2, &say("wizard-changes-held", &[("count", &held.to_string())]), theme.quiet());
    }
}

/// There is no plan yet: what it waits for.
fn unknown(doc: &mut Doc, app: &App, step: &Step) {
    let theme = app.theme;
    if step.id == crate::steps::preflight::STEP.id {
        return;
    }
    if app.work.planning || app.work.plan_at.is_some() || app.walk.facts.is_none() {
        return doc.text(0, &say("wizard-changes-planning", &[]), theme.quiet());
    }
    if let Some(error) = &app.walk.unplanned {
        return doc.marked(0, Span::styled("!", theme.warn()), &error.to_string(), theme.quiet());
    }
    if let Some((key, why)) = &app.in_the_way {
        let words = say("wizard-changes-waiting", &[("question", &super::question(key)), ("why", why)]);
        doc.text(0, &words, theme.quiet());
    }
}

/// A change in a line; a file edited by hand is marked.
pub(super) fn one(doc: &mut Doc, app: &App, item: Item, change: &ChangePreview) {
    let theme = app.theme;
    let here = app.focus == Some(item);
    let style = if here { theme.accent() } else { Style::new() };
    let mark = if here { theme.pointer() } else { theme.dot() };
    doc.item(item, |doc| {
        let pointer = Span::styled(mark, if here { theme.accent() } else { theme.quiet() });
        doc.marked(0, pointer, &change.describe, style);
        if matches!(change.standing, Standing::Differs { edited_by_hand: true, .. }) {
            doc.marked(2, Span::styled("!", theme.warn()), &say("preview-edited", &[]), theme.warn());
        }
    });
}
