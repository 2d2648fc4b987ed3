//! A question that is answered by a line of text or by a choice.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::app::App;
use super::super::doc::{Doc, cut};
use super::super::edit::Edit;
use super::super::frame::field;
use super::super::item::Item;
use super::{live, question as title};
use crate::question::{Kind, Question};
use crate::words::say;

pub(super) fn add(doc: &mut Doc, app: &App, question: &Question) {
    let item = Item::Answer(question.key);
    let here = app.focus == Some(item);
    let theme = app.theme;
    doc.item(item, |doc| {
        doc.text(0, &title(question.key), if here { theme.accent() } else { theme.strong() });
        match (question.kind, app.edit.as_ref().filter(|edit| here && edit.key == question.key)) {
            (Kind::Choice(of), _) => choice(doc, app, question, of, here),
            (_, Some(edit)) => typing(doc, app, edit),
            _ => standing(doc, app, question),
        }
        reason(doc, app, question, here);
        live::add(doc, app, question);
    });
}

/// The answer being typed; a default is dim and called one until it is taken.
fn typing(doc: &mut Doc, app: &App, edit: &Edit) {
    let label = if edit.is_default() && !edit.input.is_empty() { default() } else { String::new() };
    let room = doc.width.saturating_sub(3 + Line::raw(label.as_str()).width());
    let (shown, column) = edit.input.window(room, None);
    let style = if edit.is_default() { app.theme.quiet() } else { Style::new() };
    field::styled(doc, app, shown.as_str().to_owned(), column, style);
    if let Some(line) = doc.lines.last_mut() {
        line.push_span(Span::styled(label, app.theme.quiet()));
    }
}

/// The answer as it stands.
fn standing(doc: &mut Doc, app: &App, question: &Question) {
    let given = app.walk.draft.get(question.key);
    let (value, is_given) = match given {
        Some(value) => (value, true),
        None => (app.walk.value(question), false),
    };
    let style = if is_given && !value.is_empty() { Style::new() } else { app.theme.quiet() };
    let label = if is_given || value.is_empty() { String::new() } else { default() };
    let shown = if value.is_empty() { say("wizard-nothing", &[]) } else { value };
    let room = doc.width.saturating_sub(2 + Line::raw(label.as_str()).width());
    let shown = cut(&shown, room, app.theme.more());
    let label = Span::styled(label, app.theme.quiet());
    doc.line(Line::from(vec![Span::raw("  "), Span::styled(shown, style), label]));
}

fn choice(doc: &mut Doc, app: &App, question: &Question, of: &[&str], here: bool) {
    let theme = app.theme;
    let value = app.walk.value(question);
    let (on, off) = theme.radio();
    let mut spans = vec![Span::styled(if here { theme.pointer() } else { " " }, theme.accent()), Span::raw(" ")];
    for one in of {
        let taken = *one == value;
        let style = if taken && here { theme.accent() } else { Style::new() };
        spans.push(Span::styled(format!("{} {one}", if taken { on } else { off }), style));
        spans.push(Span::raw("    "));
    }
    if app.walk.draft.get(question.key).is_none() {
        spans.pop();
        spans.push(Span::styled(default(), theme.quiet()));
    }
    doc.line(Line::from(spans));
}

fn default() -> String {
    format!("   {}", say("wizard-default", &[]))
}

/// Why it would be refused: while it is typed, and where something wrong was left.
fn reason(doc: &mut Doc, app: &App, question: &Question, here: bool) {
    let theme = app.theme;
    let edit = app.edit.as_ref().filter(|edit| here && edit.key == question.key);
    let typed = edit.filter(|edit| app.insist || !edit.pristine).and_then(|edit| edit.wrong.clone());
    let given = app.walk.draft.get(question.key).is_some();
    let left = || app.wrong_at(question.key).filter(|_| edit.is_none() && (app.insist || given)).map(str::to_owned);
    if let Some(why) = typed.or_else(left) {
        doc.marked(2, Span::styled("!", theme.bad()), &why, theme.bad());
    }
}
