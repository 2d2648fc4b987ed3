//! The steps with their marks: beside the page, or folded into one line.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::app::App;
use super::super::doc::cut;
use super::super::page::Page;
use super::super::pages;
use crate::steps;
use crate::walk::Mark;
use crate::words::say;

/// The step that the page is about.
fn here(app: &App) -> Option<usize> {
    match app.page {
        Page::Step(n) => Some(n),
        Page::Run => {
            let id = app.walk.run.as_ref()?.step?;
            steps::ALL.iter().position(|step| step.id == id)
        }
        _ => None,
    }
}

/// One under the other; each with its word below it where there is room.
pub(super) fn beside(frame: &mut Frame<'_>, area: Rect, app: &App) {
    let theme = app.theme;
    let roomy = usize::from(area.height) >= 2 * steps::ALL.len() + 3;
    let mut lines = vec![Line::default()];
    for (n, step) in steps::ALL.iter().enumerate() {
        let mark = app.marks.get(n).copied().unwrap_or(Mark::ToDo);
        let (sign, style) = theme.mark(mark);
        let chosen = here(app) == Some(n);
        let text = if chosen { theme.accent() } else { Style::new() };
        let pointer = if chosen { theme.pointer() } else { " " };
        let word = pages::mark(mark);
        let room = usize::from(area.width).saturating_sub(if roomy { 6 } else { 8 + word.chars().count() });
        let title = cut(&pages::title(step.id), room, theme.more());
        let mut line = vec![
            Span::styled(format!(" {pointer} "), text),
            Span::styled(sign, style),
            Span::styled(format!(" {title}"), text),
        ];
        if roomy {
            lines.push(Line::from(line));
            lines.push(Line::styled(format!("     {word}"), theme.quiet()));
        } else {
            line.push(Span::styled(format!("  {word}"), theme.quiet()));
            lines.push(Line::from(line));
        }
    }
    lines.push(Line::default());
    let chosen = app.page == Page::Review;
    let text = if chosen { theme.accent() } else { Style::new() };
    let pointer = if chosen { theme.pointer() } else { " " };
    lines.push(Line::styled(format!(" {pointer}   {}", say("wizard-review", &[])), text));
    let bar = Rect { x: area.right(), width: 1, ..area }.intersection(frame.area());
    area.rows().zip(&lines).for_each(|(row, line)| frame.render_widget(line, row));
    bar.rows().for_each(|row| frame.render_widget(Line::styled(theme.bar(), theme.quiet()), row));
}

/// In a line: where one is, and the marks of all.
pub(super) fn folded(frame: &mut Frame<'_>, area: Rect, app: &App) {
    let theme = app.theme;
    let signs: Vec<Span<'static>> = app
        .marks
        .iter()
        .enumerate()
        .map(|(n, mark)| {
            let (sign, style) = theme.mark(*mark);
            let style = if here(app) == Some(n) { style.patch(theme.accent()) } else { style };
            Span::styled(format!("{sign} "), style)
        })
        .collect();
    let signs = Line::from(signs);
    let wide = u16::try_from(signs.width()).unwrap_or(area.width).min(area.width);
    let words = match here(app) {
        Some(n) => {
            let (step, of) = ((n + 1).to_string(), steps::ALL.len().to_string());
            let mark = pages::mark(app.marks.get(n).copied().unwrap_or(Mark::ToDo));
            let title = steps::ALL.get(n).map(|step| pages::title(step.id)).unwrap_or_default();
            let at = say("wizard-step-of", &[("step", &step), ("of", &of)]);
            format!(" {at}  {title}  ({mark})")
        }
        None => format!(" {}", pages::name(app)),
    };
    let room = area.width.saturating_sub(wide + 2);
    let words = cut(&words, room.into(), theme.more());
    frame.render_widget(Line::styled(words, theme.strong()), Rect { width: room, ..area });
    frame.render_widget(signs, Rect { x: area.right() - wide, width: wide, ..area });
}
