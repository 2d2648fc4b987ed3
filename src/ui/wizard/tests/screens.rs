//! Every screen as it looks: at three sizes and in black and white with ASCII marks, in both languages.

use std::fmt::Write;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

use super::super::event::Event;
use super::super::frame;
use super::super::theme::Theme;
use super::samples::{Driven, findings, machine, standing};
use crate::probe::dns::Resolution;
use crate::run::news::News;
use crate::run::standing::{Standing, Word};
use crate::walk::{Told, Verb};
use crate::words::with_language;

pub fn drawn(driven: &Driven) -> Buffer {
    let (columns, lines) = driven.app.size;
    let mut terminal = Terminal::new(TestBackend::new(columns, lines)).unwrap();
    terminal.draw(|frame| frame::render(frame, &driven.app)).unwrap();
    terminal.backend().buffer().clone()
}

pub fn text(buffer: &Buffer) -> String {
    let area = buffer.area;
    let mut text = String::new();
    for y in 0..area.height {
        let line: String = (0..area.width).map(|x| buffer[(x, y)].symbol()).collect();
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// How a screen comes about.
type Story = fn(&mut Driven);

/// Every screen, by its name.
const SCREENS: &[(&str, Story)] = &[
    ("opening", |_| {}),
    ("preflight", |d| {
        d.fresh();
    }),
    ("preflight-unfit", |d| {
        let facts = machine("web-server");
        d.looked("web-server", Standing::default(), true).told(Told::Findings(findings(&facts)));
    }),
    ("name-empty", |d| {
        d.fresh().keys("C-n");
    }),
    ("name-wrong", |d| {
        d.fresh().keys("C-n \"mail Enter");
    }),
    ("name-known", |d| {
        d.fresh().keys("C-n \"mail.example.org").planned(false);
        let addresses = ["198.51.100.7", "2001:db8::7"].map(|text| text.parse().unwrap()).to_vec();
        d.told(Told::Resolved("mail.example.org".into(), Resolution::Addresses(addresses)));
    }),
    ("addresses", |d| {
        d.answered().keys("g 3");
    }),
    ("packages", |d| {
        d.answered().keys("g 4");
    }),
    ("tables-empty", |d| {
        d.fresh().keys("g 5");
    }),
    ("tables", |d| {
        d.answered().keys("g 5 Tab Down");
    }),
    ("row", |d| {
        d.answered().keys("g 5 Tab Enter Enter \"correct");
    }),
    ("row-wrong", |d| {
        d.answered().keys("g 5 Tab a \"anna Enter");
    }),
    ("row-delete", |d| {
        d.answered().keys("g 5 Tab d");
    }),
    ("import", |d| {
        d.answered().keys("g 5 Tab i \"/root/list.csv Enter");
        let errors = ["CSV:3: quota: a size is a whole number with K, M, G or T behind it, such as \"2G\"".to_owned()];
        d.told(Told::Imported(Err(errors.to_vec())));
    }),
    ("certificate", |d| {
        d.answered().keys("g 6");
    }),
    ("certificate-files", |d| {
        d.answered().keys("g 6 Right");
    }),
    ("limits", |d| {
        d.answered().keys("g b Down \"2 Enter Up");
    }),
    ("postfix", |d| {
        d.answered().keys("g c");
    }),
    ("diff", |d| {
        d.answered().keys("g 3 Down Down Enter");
    }),
    ("help", |d| {
        d.answered().keys("g 2 ?");
    }),
    ("jump", |d| {
        d.answered().keys("g 3 Tab C-g");
    }),
    ("review", |d| {
        d.answered().keys("g End Enter").planned(false);
    }),
    ("review-open", |d| {
        d.fresh().keys("g End Enter");
    }),
    ("review-search", |d| {
        d.answered().keys("g End Enter").planned(false).keys("/ \"dovecot");
    }),
    ("review-not-root", |d| {
        d.answered().looked("fresh-trixie", Standing::default(), false).keys("g End Enter");
    }),
    ("review-agree", |d| {
        d.answered().keys("g End Enter").planned(false).keys("S");
    }),
    ("run", |d| {
        d.answered().at_work();
    }),
    ("run-stopping", |d| {
        d.answered().at_work().keys("C-c");
    }),
    ("log", |d| {
        d.answered().at_work().keys("l");
    }),
    ("rehearsal", |d| {
        d.answered().told(Told::Began(Verb::Rehearsal, crate::log::Logs::default()));
        d.told(Told::News(News::Note("mail arrived: anna@example.org -> far@elsewhere.test".into())));
        d.told(Told::Ended { result: Ok(()), standing: Standing::default() });
    }),
    ("failure", |d| {
        d.answered().failed();
    }),
    ("failure-check", |d| {
        d.answered().check_failed();
    }),
    ("failure-stopped", |d| {
        d.answered().stopped();
    }),
    ("undone", |d| {
        d.answered().told(Told::Began(Verb::Rollback, super::samples::logs()));
        let (undone, kept) =
            (vec!["packages".to_owned()], vec!["/var/vmail (2 mailboxes, saved to /root/mail.tar)".to_owned()]);
        d.told(Told::TakenBack { undone, kept, standing: standing(Word::Partly, 3) });
    }),
    ("back", |d| {
        let mut standing = standing(Word::Interrupted, 5);
        standing.changes.last_mut().unwrap().done = false;
        d.told(Told::Drafted(Box::new(super::samples::draft()))).looked("fresh-trixie", standing, true);
    }),
    ("other", |d| {
        d.looked("fresh-trixie", standing(Word::Running, 3), true);
        d.told(Told::Other(Some(vec!["Install 10 packages".into(), "checked: 1 of 1 pass".into()])));
    }),
    ("health", |d| {
        d.health();
    }),
    ("health-checking", |d| {
        d.looked("finished-trixie", standing(Word::Finished, 8), true);
    }),
    ("closing", |d| {
        d.answered().finished();
    }),
    ("fetching", |d| {
        d.answered().keys("g 1").told(Told::Fetching(37));
    }),
];

fn screen(story: Story, theme: Theme, size: (u16, u16)) -> Buffer {
    let mut driven = Driven::new(theme, size);
    story(&mut driven);
    drawn(&driven)
}

#[test]
fn every_screen_looks_like_this() {
    for language in ["en", "fr"] {
        for (name, story) in SCREENS {
            let shown = with_language(language, || {
                let mut all = String::new();
                for size in [(80, 24), (60, 18), (120, 40)] {
                    let _ =
                        writeln!(all, "{}x{}\n{}", size.0, size.1, text(&screen(*story, Theme::new(true, true), size)));
                }
                let plain = text(&screen(*story, Theme::new(false, false), (80, 24)));
                let _ = writeln!(all, "80x24 in black and white, ASCII marks\n{plain}");
                all
            });
            insta::assert_snapshot!(format!("{name}-{language}"), shown);
        }
    }
}

#[test]
fn without_colours_no_cell_has_one_and_every_word_stays() {
    for (name, story) in SCREENS {
        let (plain, coloured) =
            (screen(*story, Theme::new(false, true), (80, 24)), screen(*story, Theme::new(true, true), (80, 24)));
        assert_eq!(text(&plain), text(&coloured), "{name}");
        assert!(plain.content().iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset), "{name}");
        let named = [Color::Reset, Color::Cyan, Color::Green, Color::Yellow, Color::Red];
        assert!(coloured.content().iter().all(|cell| named.contains(&cell.fg) && cell.bg == Color::Reset), "{name}");
    }
}

/// The style of the first cell of a text.
fn style_of(buffer: &Buffer, words: &str) -> (Color, Modifier) {
    let area = buffer.area;
    for y in 0..area.height {
        for x in 0..area.width {
            let here: String = (x..area.width).map(|x| buffer[(x, y)].symbol()).collect();
            if here.starts_with(words) {
                return (buffer[(x, y)].fg, buffer[(x, y)].modifier);
            }
        }
    }
    panic!("{words} is not to be seen in\n{}", text(buffer));
}

#[test]
fn styles_say_what_words_say() {
    let shot = |name: &str| {
        let story = SCREENS.iter().find(|(known, _)| *known == name).unwrap().1;
        screen(story, Theme::new(true, true), (80, 24))
    };
    let wrong = shot("name-wrong");
    assert_eq!(style_of(&wrong, "! a full domain name").0, Color::Red);
    assert_eq!(style_of(&wrong, "Full name of this server").0, Color::Cyan);
    assert!(style_of(&shot("addresses"), "198.51.100.7").1.contains(Modifier::DIM), "a default is dim");
    let diff = shot("diff");
    assert_eq!(style_of(&diff, "+198.51.100.7").0, Color::Green);
    assert_eq!(style_of(&diff, "-127.0.1.1").0, Color::Red);
    assert_eq!(style_of(&diff, "@@ ").0, Color::Cyan);
    assert_eq!(style_of(&shot("run"), "✓ The server's name").0, Color::Green);
    assert_eq!(style_of(&shot("failure"), "This did not work  ·").0, Color::Red);
    assert_eq!(style_of(&shot("review"), "› Start the setup").0, Color::Cyan);
}

#[test]
fn a_size_of_nothing_is_a_size() {
    let mut driven = Driven::usual();
    driven.answered();
    for size in [(0, 0), (1, 1), (59, 18), (60, 17), (60, 18), (109, 18), (110, 18), (300, 2), (2, 300), (400, 120)] {
        driven.event(Event::Resize(size.0, size.1));
        drawn(&driven);
    }
}
