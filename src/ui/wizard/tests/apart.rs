//! What comes late or at a bad moment lands where it belongs, or nowhere.

use super::super::event::{Act, Event};
use super::super::over::Over;
use super::samples::{Driven, draft};
use crate::error::Error;
use crate::run::standing::{Standing, Word};
use crate::secret::Secret;
use crate::walk::{Job, Told};

const HASH: &str = "{ARGON2ID}$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

impl Driven {
    fn leaves_now(&self) -> bool {
        self.acts.iter().any(|act| matches!(act, Act::Leave))
    }

    fn setups(&self) -> Vec<Option<&'static str>> {
        let setup = |act: &Act| if let Act::Ask(Job::Setup { last, .. }) = act { Some(*last) } else { None };
        self.acts.iter().filter_map(setup).collect()
    }

    fn mailboxes(&self) -> usize {
        self.app.walk.draft.rows("mailbox").len()
    }
}

#[test]
fn the_hash_of_a_closed_form_is_nobodys() {
    let mut driven = Driven::usual();
    driven.answered().keys("g 5 Tab a \"carla@example.org Enter \"secret!more Enter Enter Esc");
    driven.keys("a \"dora@example.org Enter \"another!one Enter Enter");
    driven.told(Told::Hashed(1, Ok(Secret::new(HASH))));
    assert_eq!(driven.mailboxes(), 2, "carla was given up, and her hash is not dora's");
    assert!(matches!(driven.app.over.last(), Some(Over::Form(_))));
    driven.told(Told::Hashed(2, Ok(Secret::new(HASH))));
    assert_eq!(driven.app.walk.draft.rows("mailbox")[2]["address"], "dora@example.org");
}

#[test]
fn a_row_on_its_way_is_waited_for_when_the_line_drops() {
    let mut driven = Driven::usual();
    driven.answered().keys("g 5 Tab a \"carla@example.org Enter \"secret!more Enter Enter");
    driven.event(Event::Gone);
    assert!(!driven.leaves_now());
    driven.told(Told::Hashed(1, Ok(Secret::new(HASH))));
    assert!(driven.leaves_now());
    assert_eq!(driven.mailboxes(), 3);
}

#[test]
fn a_half_filled_form_is_asked_about_before_leaving() {
    let mut driven = Driven::usual();
    driven.answered().keys("g 5 Tab a \"carla C-c");
    assert!(!driven.leaves_now());
    driven.keys("y");
    assert!(driven.leaves_now());
}

#[test]
fn a_list_is_not_taken_into_answers_that_changed_meanwhile() {
    let mut driven = Driven::usual();
    driven.answered().keys("g 5 Tab i");
    driven.event(Event::Paste("/root/list.csv".into()));
    driven.keys("Enter Esc g c \"30M Enter");
    let mut more = draft();
    let imported = more.import_csv("name\nexample.com\n").unwrap();
    driven.told(Told::Imported(Ok((Box::new(more), imported))));
    assert_eq!(driven.app.walk.draft.get("message_size_limit").as_deref(), Some("30M"));
    assert_eq!(driven.app.walk.draft.rows("domain").len(), 2);
}

#[test]
fn a_question_about_another_plan_is_withdrawn() {
    let mut driven = Driven::usual();
    driven.answered().keys("g End Enter").planned(false).keys("S");
    assert!(matches!(driven.app.over.last(), Some(Over::Confirm(_))));
    driven.planned(false).keys("y");
    assert!(driven.app.over.is_empty() && driven.setups().is_empty());
}

#[test]
fn a_letter_with_control_is_no_yes() {
    let mut driven = Driven::usual();
    driven.answered().keys("g End Enter").planned(false).keys("S C-y");
    assert!(driven.setups().is_empty());
    driven.keys("y");
    assert_eq!(driven.setups(), [None]);
}

#[test]
fn a_retry_goes_no_further_than_the_first_try() {
    let mut driven = Driven::usual();
    driven.answered().keys("g 4 A y").at_work();
    let standing = Standing { state: Word::Failed, ..Standing::default() };
    driven.told(Told::Ended { result: Err(Error::failed("no room")), standing }).planned(false);
    driven.keys("r y");
    assert_eq!(driven.setups(), [Some("packages"), Some("packages")]);
}
