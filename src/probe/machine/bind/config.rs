//! BIND's configuration as `named-checkconf -p` prints it: statements, each of words and perhaps a block.

/// One statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Statement {
    /// Its words, quotes taken off.
    pub words: Vec<String>,
    /// What stands in its braces.
    pub block: Vec<Statement>,
}

/// The part of the text that was not read yet, word by word.
struct Words<'t>(std::iter::Peekable<std::str::Chars<'t>>);

/// The statements of a text; what is cut off ends where it is cut off.
pub(crate) fn parsed(text: &str) -> Vec<Statement> {
    statements(&mut Words(text.chars().peekable()), DEEPEST)
}

/// No configuration of BIND's goes deeper; what does is left out.
const DEEPEST: usize = 32;

fn statements(words: &mut Words<'_>, left: usize) -> Vec<Statement> {
    let (mut all, mut one) = (Vec::new(), Statement::default());
    while let Some(word) = words.next() {
        match word.as_str() {
            ";" => all.push(std::mem::take(&mut one)),
            "{" if left == 0 => {
                let mut open = 1;
                while open > 0
                    && let Some(word) = words.next()
                {
                    open = match word.as_str() {
                        "{" => open + 1,
                        "}" => open - 1,
                        _ => open,
                    };
                }
            }
            "{" => one.block.extend(statements(words, left - 1)),
            "}" => break,
            _ => one.words.push(word.strip_prefix('"').map(str::to_owned).unwrap_or(word)),
        }
    }
    all
}

impl Iterator for Words<'_> {
    type Item = String;

    /// A sign that stands for itself, a word, or a quoted one, which keeps the quote it begins with.
    fn next(&mut self) -> Option<String> {
        while self.0.next_if(|c| c.is_whitespace()).is_some() {}
        let first = self.0.next()?;
        let mut word = String::from(first);
        match first {
            ';' | '{' | '}' => {}
            '"' => {
                while let Some(c) = self.0.next().filter(|c| *c != '"') {
                    word.push(if c == '\\' { self.0.next().unwrap_or(c) } else { c });
                }
            }
            _ => {
                while let Some(c) = self.0.next_if(|c| !c.is_whitespace() && !";{}\"".contains(*c)) {
                    word.push(c);
                }
            }
        }
        Some(word)
    }
}

impl Statement {
    /// The first word.
    pub fn keyword(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// The statement in its block that begins with this word.
    pub fn get(&self, keyword: &str) -> Option<&Self> {
        self.block.iter().find(|one| one.keyword() == keyword)
    }

    /// The word after that one.
    pub fn value(&self, keyword: &str) -> Option<&str> {
        self.get(keyword)?.words.get(1).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_hold_words_and_blocks() {
        let text = "options {\n\tdirectory \"/var/cache/bind\";\n\tlisten-on-v6 {\n\t\t\"any\";\n\t};\n};\n\
                    zone \"a;b\" IN {\n\ttype primary;\n\tallow-transfer {\n\t\t!10.0.0.1/32;\n\t};\n};\n";
        let all = parsed(text);
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].value("directory"), Some("/var/cache/bind"));
        assert_eq!(all[0].get("listen-on-v6").unwrap().block[0].words, ["any"]);
        assert_eq!(
            (all[1].words.as_slice(), all[1].value("type")),
            (&["zone", "a;b", "IN"].map(String::from)[..], Some("primary"))
        );
        assert_eq!(parsed("zone \"cut"), []);
    }
}
