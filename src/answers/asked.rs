//! What is wrong with answers, said to somebody who gives them on a screen: there is no file there, no key and no
//! bracket.

/// The words of the file, and those of a screen in their place; all others fit both.
const ASKED: [(&str, &str); 13] = [
    ("answer-missing", "answer-asked-missing"),
    ("answer-password-none", "answer-asked-password"),
    ("answer-tls-missing", "answer-asked-pem"),
    ("answer-contact-allowed", "answer-asked-contact"),
    ("answer-no-address", "answer-asked-no-address"),
    ("answer-no-domain", "answer-asked-domain"),
    ("answer-domain-twice", "answer-asked-domain-twice"),
    ("answer-mailbox-twice", "answer-asked-mailbox-twice"),
    ("answer-elsewhere", "answer-asked-elsewhere"),
    ("answer-contact-bounces", "answer-asked-contact-bounces"),
    ("answer-target-bounces", "answer-asked-target-bounces"),
    ("answer-alias-mailbox", "answer-asked-mailbox"),
    ("answer-alias-twice", "answer-asked-alias-twice"),
];

/// The key of what a screen says.
pub(super) fn words(key: &str) -> &str {
    ASKED.iter().find(|(file, _)| *file == key).map_or(key, |(_, screen)| screen)
}
