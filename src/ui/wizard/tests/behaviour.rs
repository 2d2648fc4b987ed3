//! What keys and news do, one behaviour a test.

use std::time::Duration;

use super::super::event::{Act, Event};
use super::super::item::{Go, Item};
use super::super::over::Over;
use super::super::page::Page;
use super::samples::{Driven, draft, findings, machine, standing};
use super::screens::{drawn, text};
use crate::check::Outcome;
use crate::engine::Stop;
use crate::engine::undo::Forecast;
use crate::error::Error;
use crate::probe::dns::Resolution;
use crate::run::standing::{Standing, Word};
use crate::secret::Secret;
use crate::steps;
use crate::walk::{Job, Mark, Told};

impl Driven {
    fn jobs(&self) -> Vec<&Job> {
        self.acts.iter().filter_map(|act| if let Act::Ask(job) = act { Some(job) } else { None }).collect()
    }

    pub fn seen(&self) -> String {
        text(&drawn(self))
    }

    fn has(&self, wanted: fn(&Job) -> bool) -> bool {
        self.jobs().into_iter().any(wanted)
    }

    fn leaves(&self) -> bool {
        self.acts.iter().any(|act| matches!(act, Act::Leave))
    }
}

#[test]
fn the_first_screen_asks_for_the_answers_and_for_the_machine() {
    let driven = Driven::usual();
    assert!(matches!(driven.jobs()[..], [Job::Recall, Job::Look]));
    assert!(driven.seen().contains("looking at this server"));
}

#[test]
fn a_wrong_answer_keeps_you_and_says_why() {
    let mut driven = Driven::usual();
    driven.fresh().keys("C-n \"mail");
    assert!(driven.seen().contains("! a full domain name is needed"), "told while it is typed");
    driven.keys("Enter");
    assert_eq!(driven.app.focus, Some(Item::Answer("hostname")));
    assert_eq!(driven.app.walk.draft.get("hostname"), None);
    driven.keys("C-n");
    assert_eq!(driven.app.page, Page::Step(1), "nor does the next page open");
    driven.keys("\".example.org Enter");
    assert_eq!(driven.app.walk.draft.get("hostname").unwrap(), "mail.example.org");
    assert_eq!(driven.app.focus, Some(Item::Go(Go::Next)));
    assert!(driven.has(|job| matches!(job, Job::Save(_))));
    driven.keys("Enter");
    assert_eq!(driven.app.page, Page::Step(2));
    assert_eq!(driven.app.marks[1], Mark::Answered);
}

#[test]
fn a_default_is_taken_replaced_or_edited() {
    let mut driven = Driven::usual();
    driven.answered().keys("g c");
    assert!(driven.seen().contains("50M   (default)"));
    driven.keys("Enter");
    assert_eq!(driven.app.walk.draft.get("message_size_limit").unwrap(), "50M");
    let mut driven = Driven::usual();
    driven.answered().keys("g c \"30M Enter");
    assert_eq!(driven.app.walk.draft.get("message_size_limit").unwrap(), "30M", "a letter takes its place");
    let mut driven = Driven::usual();
    driven.answered().keys("g c Home 1 Enter");
    assert_eq!(driven.app.walk.draft.get("message_size_limit").unwrap(), "150M", "Home edits it");
    let mut driven = Driven::usual();
    driven.answered().keys("g c Down");
    assert_eq!(driven.app.walk.draft.get("message_size_limit"), None, "passing cy takes nothing");
}

#[test]
fn the_machines_own_address_stays_out_of_the_answers() {
    let mut driven = Driven::usual();
    driven.answered().keys("g 3 Enter Enter Enter");
    assert_eq!(driven.app.page, Page::Step(3));
    assert_eq!(driven.app.walk.draft.get("ipv4"), None);
    assert_eq!(driven.app.marks[2], Mark::Answered);
}

#[test]
fn what_was_typed_is_kept_when_the_page_is_left_or_the_line_drops() {
    let mut driven = Driven::usual();
    driven.fresh().keys("C-n \"mx.example.org C-p");
    assert_eq!(driven.app.walk.draft.get("hostname").unwrap(), "mx.example.org");
    driven.keys("C-n \".uk");
    driven.event(Event::Gone);
    assert_eq!(driven.app.walk.draft.get("hostname").unwrap(), "mx.example.org.uk");
    assert!(driven.leaves());
    let last =
        driven.jobs().into_iter().rev().find_map(|job| if let Job::Save(draft) = job { Some(draft) } else { None });
    assert_eq!(last.unwrap().get("hostname").unwrap(), "mx.example.org.uk");
}

#[test]
fn the_dns_is_asked_once_the_fingers_rest() {
    let mut driven = Driven::usual();
    driven.fresh().keys("C-n \"mail.example.org");
    driven.pass(Duration::from_millis(100));
    assert!(!driven.has(|job| matches!(job, Job::Resolve(_))));
    driven.pass(Duration::from_millis(400));
    let names: Vec<String> = driven
        .jobs()
        .into_iter()
        .filter_map(|job| if let Job::Resolve(name) = job { Some(name.clone()) } else { None })
        .collect();
    assert_eq!(names, ["mail.example.org"]);
    assert!(driven.seen().contains("DNS: looking"));
    driven.told(Told::Resolved("mail.example.org".into(), Resolution::Nothing));
    assert!(driven.seen().contains("no such name yet"));
    let others = vec!["192.0.2.1".parse().unwrap()];
    driven.told(Told::Resolved("mail.example.org".into(), Resolution::Addresses(others)));
    assert!(driven.seen().contains("192.0.2.1, which is not this server"));
}

#[test]
fn a_plan_is_asked_for_once_after_the_last_change() {
    let mut driven = Driven::usual();
    driven.fresh().told(Told::Drafted(Box::new(draft())));
    driven.pass(Duration::from_millis(100)).pass(Duration::from_millis(300)).pass(Duration::from_secs(1));
    assert_eq!(driven.jobs().into_iter().filter(|job| matches!(job, Job::Plan(_))).count(), 1);
}

#[test]
fn nothing_is_drawn_when_nothing_happens() {
    let mut driven = Driven::usual();
    driven.answered();
    driven.app.dirty = false;
    driven.pass(Duration::from_secs(60));
    assert!(!driven.app.dirty);
    driven.at_work();
    driven.app.dirty = false;
    driven.told(Told::News(crate::run::news::News::Log("a line".into())));
    assert!(!driven.app.dirty, "nobody looks at the log");
    driven.keys("l");
    driven.app.dirty = false;
    driven.told(Told::News(crate::run::news::News::Log("a line".into())));
    assert!(driven.app.dirty, "now somebody does");
}

#[test]
fn a_password_is_hashed_elsewhere_and_never_shown() {
    let mut driven = Driven::usual();
    driven.answered().keys("g 5 Tab a \"carla@example.org Enter \"secret! Enter");
    assert!(driven.seen().contains("at least 8 are needed") && !driven.seen().contains("secret!"));
    driven.keys("\"more Enter Enter");
    assert!(driven.has(|job| matches!(job, Job::Hash(1, password) if password.reveal() == "secret!more")));
    assert_eq!(driven.app.walk.draft.rows("mailbox").len(), 2, "not before the hash is there");
    let hash = "{ARGON2ID}$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    driven.told(Told::Hashed(1, Ok(Secret::new(hash))));
    let rows = driven.app.walk.draft.rows("mailbox");
    assert_eq!((rows[2]["address"].as_str(), rows[2]["password"].as_str()), ("carla@example.org", "***"));
    assert!(driven.app.over.is_empty());
    assert_eq!(driven.app.focus, Some(Item::Row("mailbox", 2)));
}

#[test]
fn a_generated_password_is_shown_to_be_noted() {
    let mut driven = Driven::usual();
    driven.answered().keys("g 5 Tab Enter Enter C-g");
    let Some(Over::Form(form)) = driven.app.over.last() else { panic!("no form") };
    let password = form.password().unwrap();
    assert!(driven.seen().contains(password.reveal()) && driven.seen().contains("Note it down now"));
    driven.keys("C-r");
    assert!(!driven.seen().contains(password.reveal()));
}

#[test]
fn a_row_is_deleted_after_a_yes_alone() {
    let mut driven = Driven::usual();
    driven.answered().keys("g 5 Tab d Enter");
    assert_eq!(driven.app.walk.draft.rows("mailbox").len(), 2, "Enter alone is a no");
    driven.keys("d y");
    assert_eq!(driven.app.walk.draft.rows("mailbox").len(), 1);
}

#[test]
fn a_choice_turns_and_opens_what_it_asks_for() {
    let mut driven = Driven::usual();
    driven.answered().keys("g 6 Right Right");
    assert_eq!(driven.app.walk.draft.get("tls.source").unwrap(), "files");
    assert!(driven.seen().contains("Certificate file"));
    driven.keys("C-n");
    assert_eq!(driven.app.page, Page::Step(5), "its files are missing");
    assert!(driven.seen().contains('!'));
    driven.keys("Up Left Left C-n");
    assert_eq!(driven.app.page, Page::Step(6));
}

#[test]
fn the_setup_starts_after_one_yes_and_never_unasked() {
    let mut driven = Driven::usual();
    driven.answered().keys("g End Enter").planned(false).keys("Enter");
    assert!(driven.seen().contains("Make these "));
    driven.keys("Enter");
    assert!(!driven.has(|job| matches!(job, Job::Setup { .. })));
    driven.keys("S y");
    assert!(driven.has(|job| matches!(job, Job::Setup { last: None, .. })));
}

#[test]
fn files_edited_by_hand_are_asked_about_by_name() {
    let mut driven = Driven::usual();
    driven.answered().keys("g End Enter").planned(false);
    for change in driven.app.walk.preview.iter_mut().flat_map(|all| &mut all.steps).flat_map(|step| &mut step.changes) {
        if let crate::plan::Standing::Differs { edited_by_hand, .. } = &mut change.standing {
            *edited_by_hand = change.subject == "/etc/hosts";
        }
    }
    driven.keys("S");
    assert!(driven.seen().contains("Changed by hand since mailwright wrote them: /etc/hosts"));
    driven.keys("y");
    assert!(!driven.has(|job| matches!(job, Job::Setup { .. })), "the second question is still to come");
    driven.keys("y");
    assert!(driven.has(|job| matches!(job, Job::Setup { .. })));
}

#[test]
fn nothing_starts_without_root_nor_on_an_unfit_machine() {
    let mut driven = Driven::usual();
    driven
        .answered()
        .looked("fresh-trixie", Standing::default(), false)
        .keys("g End Enter")
        .planned(false)
        .keys("S R A");
    let mut unfit = Driven::usual();
    unfit.answered().keys("g End Enter").planned(false);
    let mut found = findings(&machine("fresh-trixie"));
    found.checks[0].outcome = Outcome::Fail;
    unfit.told(Told::Findings(found)).keys("S y");
    for driven in [driven, unfit] {
        assert!(!driven.has(|job| matches!(job, Job::Setup { .. } | Job::Rehearse(_))));
    }
}

#[test]
fn a_step_can_be_applied_by_itself() {
    let mut driven = Driven::usual();
    driven.answered().keys("g 4 A");
    assert!(driven.seen().contains("up to \"The programs\""));
    driven.keys("y");
    assert!(driven.has(|job| matches!(job, Job::Setup { last: Some("packages"), .. })));
}

#[test]
fn a_run_is_stopped_once_and_told() {
    let mut driven = Driven::usual();
    driven.answered().at_work().keys("C-c C-c q");
    assert_eq!(driven.acts.iter().filter(|act| matches!(act, Act::Stop)).count(), 1);
    assert!(driven.seen().contains("Stopping after the change in hand"));
    assert!(!driven.leaves());
}

#[test]
fn a_dropped_line_waits_for_the_end_of_the_run() {
    let mut driven = Driven::usual();
    driven.answered().at_work();
    driven.event(Event::Gone);
    driven.event(Event::Gone);
    assert!(!driven.leaves() && driven.app.work.leaving);
    driven.told(Told::Ended {
        result: Err(Stop::default().check().err().unwrap_or(Error::failed("x"))),
        standing: standing(Word::Interrupted, 3),
    });
    assert!(driven.leaves());
}

#[test]
fn a_failure_offers_to_retry_to_change_and_to_go_back() {
    let mut driven = Driven::usual();
    driven.answered().check_failed();
    assert_eq!(driven.app.page, Page::Failure);
    driven.keys("c");
    assert_eq!(driven.app.page, Page::Step(steps::ALL.iter().position(|step| step.id == "postfix").unwrap()));
    let mut driven = Driven::usual();
    driven.answered().check_failed().keys("Down Down Enter y");
    assert!(driven.has(|job| matches!(job, Job::Forecast(Some("postfix")))));
    assert!(!driven.has(|job| matches!(job, Job::TakeBack(_))), "what it comes to is not known yet");
    driven.told(Told::Forecast(Some("postfix"), Ok(Forecast::default()))).keys("y");
    assert!(driven.has(|job| matches!(job, Job::TakeBack(Some("postfix")))));
    let mut driven = Driven::usual();
    driven.answered().check_failed().planned(false).keys("r y");
    assert!(driven.has(|job| matches!(job, Job::Setup { last: None, .. })));
}

#[test]
fn the_machine_decides_the_page_one_comes_back_to() {
    for (word, page) in [
        (Word::Interrupted, Page::Back),
        (Word::Failed, Page::Back),
        (Word::Partly, Page::Back),
        (Word::Finished, Page::Health),
        (Word::Running, Page::Other),
        (Word::Nothing, Page::Step(0)),
    ] {
        let mut driven = Driven::usual();
        driven.looked("fresh-trixie", standing(word, 3), true);
        assert_eq!(driven.app.page, page, "{word:?}");
        assert_eq!(driven.has(|job| matches!(job, Job::Check)), word == Word::Finished);
    }
    let mut driven = Driven::usual();
    driven.told(Told::Drafted(Box::new(draft()))).looked("fresh-trixie", Standing::default(), true);
    assert!(matches!(driven.app.page, Page::Step(n) if n > 0), "answers were kept: on to what is still open");
    assert!(driven.seen().contains("your answers were kept"));
    let mut driven = Driven::usual();
    driven.looked("fresh-trixie", standing(Word::Running, 3), true);
    driven.told(Told::Other(Some(vec!["Install 10 packages".into()])));
    assert!(driven.seen().contains("Install 10 packages"));
    driven.told(Told::Other(None)).looked("fresh-trixie", standing(Word::Failed, 3), true);
    assert_eq!(driven.app.page, Page::Back, "the other one has ended");
}

#[test]
fn the_end_shows_the_records_and_copies_them() {
    let mut driven = Driven::usual();
    driven.answered().finished();
    assert_eq!(driven.app.page, Page::Closing);
    driven.keys("c w h");
    let copied = driven.acts.iter().find_map(|act| if let Act::Copy(text) = act { Some(text) } else { None });
    assert!(copied.unwrap().contains("example.org. 3600 IN MX 10 mail.example.org."));
    assert!(driven.has(|job| matches!(job, Job::Write { .. })));
    assert_eq!(driven.app.page, Page::Health);
}

#[test]
fn leaving_asks_only_where_something_would_be_lost() {
    let mut driven = Driven::usual();
    driven.answered().keys("g 1 q");
    assert!(driven.leaves());
    let mut driven = Driven::usual();
    driven.answered().told(Told::Saved(Err(Error::failed("the disk is full")))).keys("g 1 q");
    assert!(!driven.leaves());
    driven.keys("y");
    assert!(driven.leaves());
}

#[test]
fn the_plan_is_searched_and_a_change_opened() {
    let mut driven = Driven::usual();
    driven.answered().keys("g End Enter").planned(false).keys("/ \"master.cf Enter");
    assert!(driven.seen().contains("/etc/postfix/master.cf"));
    assert!(!driven.seen().contains("Name this machine"));
    driven.keys("Tab Enter");
    assert!(matches!(driven.app.over.last(), Some(Over::Diff(_))));
    driven.keys("/ \"smtpd Enter n N End Home Esc Esc");
    assert!(driven.app.over.is_empty() && driven.app.search.is_none());
}

#[test]
fn a_list_is_imported_or_every_mistake_told() {
    let mut driven = Driven::usual();
    driven.answered().keys("g 5 Tab i");
    driven.event(Event::Paste("/root/list.csv\n".into()));
    driven.keys("Enter");
    assert!(driven.has(|job| matches!(job, Job::Import { path, .. } if path.as_os_str() == "/root/list.csv")));
    driven.told(Told::Imported(Err(vec!["CSV:2: no such domain".into()])));
    assert!(driven.seen().contains("CSV:2: no such domain"));
    let mut more = draft();
    let imported = more.import_csv("name\nexample.com\n").unwrap();
    driven.keys("Enter").told(Told::Imported(Ok((Box::new(more), imported))));
    assert!(driven.app.over.is_empty() && driven.seen().contains("Domains (3)"));
}

#[test]
fn a_start_waits_for_its_plan_and_is_given_once() {
    let mut driven = Driven::usual();
    driven.answered().keys("g End Enter S");
    assert!(driven.seen().contains("the question comes by itself"));
    driven.planned(false);
    assert!(driven.seen().contains("Make these "));
    driven.keys("y S y A");
    assert_eq!(driven.jobs().into_iter().filter(|job| matches!(job, Job::Setup { .. })).count(), 1);
    driven.keys("q C-c");
    assert!(!driven.leaves(), "a run is about to begin");
    let mut driven = Driven::usual();
    driven.answered().keys("g End Enter S Up").planned(false);
    assert!(driven.app.over.is_empty(), "a key in between takes it back");
}

#[test]
fn after_a_stop_the_program_stays() {
    let mut driven = Driven::usual();
    driven.answered().stopped();
    assert!(driven.acts.iter().any(|act| matches!(act, Act::Stopped)));
    assert!(!driven.leaves());
    assert!(driven.seen().contains("Stopped, as you asked"));
}

#[test]
fn an_unfit_machine_is_looked_at_again_when_one_starts() {
    let mut driven = Driven::usual();
    driven.answered().keys("g End Enter").planned(false);
    let mut found = findings(&machine("fresh-trixie"));
    found.checks[0].outcome = Outcome::Fail;
    driven.told(Told::Findings(found));
    driven.acts.clear();
    driven.keys("S");
    assert!(driven.has(|job| matches!(job, Job::Look)));
    driven.planned(false).keys("S y");
    assert!(driven.has(|job| matches!(job, Job::Setup { .. })), "it was mended");
}

#[test]
fn a_check_that_fails_at_the_end_names_its_step() {
    let mut driven = Driven::usual();
    driven.answered().at_work();
    let failed = super::samples::report("tls", Outcome::Fail);
    driven.told(Told::Phase(crate::run::setup::Phase::Checked("tls", failed)));
    let error = Error::failed("the setup was applied, but checks failed");
    driven.told(Told::Ended { result: Err(error), standing: standing(Word::Failed, 8) });
    assert_eq!(driven.app.walk.failure.as_ref().unwrap().step, Some("tls"));
    assert!(driven.seen().contains("The certificate") && driven.seen().contains("FAIL"));
}

#[test]
fn a_long_page_opens_at_its_top_and_scrolls() {
    let mut driven = Driven::usual();
    driven.fresh();
    assert!(driven.seen().contains("Look before touching anything\n  Is this server"));
    driven.keys("Down Down End");
    assert!(driven.seen().contains("Next: The server's name"));
    driven.keys("Enter");
    assert_eq!(driven.app.page, Page::Step(1));
}

#[test]
fn a_step_that_stands_is_undone_from_its_page() {
    let mut driven = Driven::usual();
    driven.answered().looked("fresh-trixie", standing(Word::Interrupted, 4), true).keys("g 4 U");
    assert!(driven.seen().contains("Take back 1 change: \"The programs\" and the steps after it?"));
    let (saves, leaves) = (vec!["3 messages of /var/vmail".to_owned()], vec!["/etc/hosts (changed since)".to_owned()]);
    driven.told(Told::Forecast(Some("packages"), Ok(Forecast { saves, leaves })));
    let seen = driven.seen();
    assert!(seen.contains("3 messages of /var/vmail") && seen.contains("/etc/hosts (changed since)"), "{seen}");
    driven.keys("y");
    assert!(driven.has(|job| matches!(job, Job::TakeBack(Some("packages")))));
    // What could not come to its end is not asked about.
    let mut driven = Driven::usual();
    driven.answered().looked("fresh-trixie", standing(Word::Interrupted, 4), true).keys("g 4 U");
    driven.told(Told::Forecast(Some("packages"), Err(Error::failed("apt would remove bsd-mailx too"))));
    assert!(driven.seen().contains("apt would remove bsd-mailx too"), "{}", driven.seen());
    driven.keys("y");
    assert!(!driven.has(|job| matches!(job, Job::TakeBack(_))));
}
