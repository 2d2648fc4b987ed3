//! That everything can be read, whatever the window, and is called what it is.

use std::time::Duration;

use super::super::item::Item;
use super::super::page::Page;
use super::super::theme::Theme;
use super::samples::{Driven, standing};
use crate::run::standing::Word;

#[test]
fn page_up_and_down_scroll_what_can_be_scrolled_and_turn_the_page_at_its_end() {
    let mut driven = Driven::usual();
    driven.answered();
    let tables = crate::steps::ALL.iter().position(|step| step.id == "database").unwrap();
    driven.app.turn(Page::Step(tables));
    driven.keys("PgUp PgDn");
    assert_eq!(driven.app.page, Page::Step(tables), "up from the top is the page before, and down from there this one");
    let top = driven.seen();
    assert!(driven.app.can_scroll(true), "{top}");
    assert!(driven.seen().contains("Ctrl-N next"));
    driven.keys("PgDn");
    assert!(driven.app.page == Page::Step(tables) && driven.seen() != top, "the rest of the page first");
    driven.keys("PgUp");
    assert_eq!(driven.seen(), top);
    while driven.app.can_scroll(true) {
        driven.keys("PgDn");
    }
    assert!(driven.seen().contains("PgDn next"));
    driven.keys("PgDn");
    assert_eq!(driven.app.page, Page::Step(tables + 1));
}

#[test]
fn a_notice_is_read_whole_in_a_small_window() {
    let mut driven = Driven::new(Theme::new(true, true), (60, 18));
    driven.answered();
    driven.app.notice = Some(crate::words::say("wizard-not-root", &[]));
    let seen = driven.seen().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(seen.contains("Run mailwright with sudo."), "{seen}");
}

#[test]
fn what_was_seen_is_read_whole_in_a_small_window() {
    let mut driven = Driven::new(Theme::new(true, true), (60, 18));
    driven.health().keys("Down Down");
    let seen = "connected to 198.51.100.7:25 in 3 ms; the answer was 220 mail.example.org";
    assert!(matches!(driven.app.focus, Some(Item::Check(_))) && !driven.seen().contains(seen));
    driven.keys("Enter");
    let words: String = driven.seen().replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(seen), "{words}");
    driven.keys("Esc");
    assert!(driven.app.over.is_empty());
    driven.fresh().app.turn(Page::Step(0));
    driven.keys("Tab Tab");
    assert_eq!(driven.app.focus, Some(Item::Check(0)), "and so it is with what was found about the machine");
}

#[test]
fn what_keeps_the_plan_from_being_made_is_told_where_the_plan_is_waited_for() {
    let mut driven = Driven::usual();
    driven.answered();
    driven.app.walk.draft.set("message_size_limit", "lots");
    driven.app.changed();
    driven.pass(Duration::from_secs(1));
    driven.app.turn(Page::Step(2));
    driven.keys("Tab End");
    let seen = driven.seen().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(seen.contains("shows once \"Largest message\" is right (a size"), "{seen}");
}

#[test]
fn a_start_is_called_what_it_comes_to() {
    let mut driven = Driven::usual();
    driven.answered();
    driven.app.turn(Page::Review);
    assert!(driven.seen().contains("Start the setup"));
    driven.looked("finished-trixie", standing(Word::Finished, 8), true).planned(false);
    driven.app.turn(Page::Review);
    assert!(driven.seen().contains("Make these changes"));
    driven.planned(true);
    let seen = driven.seen();
    assert!(seen.contains("Check this server") && !seen.contains("Rehearse it first"), "{seen}");
    assert!(!seen.contains("There is no mailbox"));
    while !driven.app.walk.draft.rows("mailbox").is_empty() {
        driven.app.walk.draft.remove_row("mailbox", 0);
    }
    assert!(driven.seen().contains("There is no mailbox"));
}
