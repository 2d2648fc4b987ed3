//! A terminal's screen as an SVG picture: text in a monospace font, with the terminal's sixteen named colours.

use std::fmt::Write;

use vt100::{Cell, Color, Screen};

/// The size of a cell, and the room around the screen.
const CELL: (f32, f32) = (8.4, 16.4);
const ROOM: f32 = 14.0;
const INK: &str = "#d8dee9";
const PAPER: &str = "#16181d";

/// The sixteen colours by their numbers, chosen to be read on [`PAPER`].
const COLOURS: [&str; 16] = [
    "#3b4252", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d8dee9", "#6b7385", "#ff7b86",
    "#b5e890", "#ffd68a", "#82c7ff", "#e08cff", "#7fdbe6", "#ffffff",
];

/// How a cell looks: ink, paper, and what the letters are like.
#[derive(PartialEq)]
struct Look {
    ink: &'static str,
    paper: &'static str,
    bold: bool,
    dim: bool,
    underline: bool,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        let (ink, paper) = (colour(cell.fgcolor(), INK), colour(cell.bgcolor(), PAPER));
        let (ink, paper) = if cell.inverse() { (paper, ink) } else { (ink, paper) };
        Self { ink, paper, bold: cell.bold(), dim: cell.dim(), underline: cell.underline() }
    }
}

fn colour(colour: Color, default: &'static str) -> &'static str {
    match colour {
        Color::Idx(n) => COLOURS.get(usize::from(n)).copied().unwrap_or(default),
        Color::Default | Color::Rgb(..) => default,
    }
}

/// The picture of a screen.
pub fn picture(screen: &Screen) -> String {
    let (rows, columns) = screen.size();
    let (width, height) = (f32::from(columns.get()) * CELL.0, f32::from(rows.get()) * CELL.1);
    let mut svg = String::new();
    let (whole_width, whole_height) = (width + 2.0 * ROOM, height + 2.0 * ROOM);
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {whole_width:.1} {whole_height:.1}\" \
         width=\"{whole_width:.0}\" font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"14\">"
    );
    let _ = writeln!(svg, "<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{PAPER}\"/>");
    for row in 0..rows.get() {
        let cells: Vec<(u16, &Cell)> = (0..columns.get()).filter_map(|at| Some((at, screen.cell(row, at)?))).collect();
        for run in cells.chunk_by(|one, other| Look::of(one.1) == Look::of(other.1)) {
            text(&mut svg, row, run);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// Cells that look alike, as one piece of text over its paper.
fn text(svg: &mut String, row: u16, run: &[(u16, &Cell)]) {
    let Some((first, cell)) = run.first() else { return };
    let look = Look::of(cell);
    let count = u16::try_from(run.len()).unwrap_or(u16::MAX);
    let (x, y) = (ROOM + f32::from(*first) * CELL.0, ROOM + f32::from(row) * CELL.1);
    let width = f32::from(count) * CELL.0;
    if look.paper != PAPER {
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{}\" fill=\"{}\"/>",
            CELL.1, look.paper
        );
    }
    let letters = run.iter().filter(|(_, cell)| !cell.is_wide_continuation());
    let letters: String = letters.map(|(_, cell)| if cell.has_contents() { cell.contents() } else { " " }).collect();
    if letters.trim().is_empty() {
        return;
    }
    let mut like = String::new();
    for (on, attribute) in [
        (look.bold, " font-weight=\"bold\""),
        (look.dim, " opacity=\"0.6\""),
        (look.underline, " text-decoration=\"underline\""),
    ] {
        if on {
            like.push_str(attribute);
        }
    }
    let letters = letters.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let baseline = y + 12.7;
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{baseline:.1}\" fill=\"{}\"{like} textLength=\"{width:.1}\" \
         lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\">{letters}</text>",
        look.ink
    );
}
