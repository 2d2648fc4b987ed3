//! nftables as it is at work, by the JSON of nft(8) (libnftables-json(5)).

use std::path::Path;

use serde_json::Value;

use super::Passage;
use crate::error::{Context, Result};
use crate::facts::Chain;
use crate::shell::Program;

/// Marks our rules.
pub const MARK: &str = "mailwright";
/// The table of a firewall that was made by mailwright.
pub const OWN_TABLE: &str = "mailwright";

/// A chain that packets to this machine pass, with its rules.
#[derive(Debug)]
pub struct Input {
    /// Its names.
    pub id: Chain,
    drops: bool,
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    handle: u64,
    ours: bool,
    expr: Vec<Value>,
}

/// What a rule does to a new connection to a port.
enum Verdict {
    Accept,
    Refuse,
    /// It is about something else.
    Nothing,
}

/// The chains with a hook for input. None where there is no nft(8).
///
/// # Errors
/// When nft fails, as it does for everybody but root.
pub fn ruleset() -> Result<Vec<Input>> {
    if !Path::new("/usr/sbin/nft").exists() {
        return Ok(Vec::new());
    }
    parsed(&Program::new("nft").args(["-j", "list", "ruleset"]).quiet().success()?.stdout)
}

pub(crate) fn parsed(text: &str) -> Result<Vec<Input>> {
    let json: Value = serde_json::from_str(text).context(|| "nft told of its rules in a form not known".to_owned())?;
    let items = json["nftables"].as_array().map(Vec::as_slice).unwrap_or_default();
    let word = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let id = |value: &Value, name: &str| Chain {
        family: word(value, "family"),
        table: word(value, "table"),
        name: word(value, name),
    };
    let families = ["inet", "ip", "ip6"];
    let mut chains: Vec<Input> = items
        .iter()
        .map(|item| &item["chain"])
        .filter(|chain| chain["hook"] == "input" && chain["type"] == "filter")
        .map(|chain| Input { id: id(chain, "name"), drops: chain["policy"] == "drop", rules: Vec::new() })
        .filter(|chain| families.contains(&chain.id.family.as_str()))
        .collect();
    for rule in items.iter().map(|item| &item["rule"]).filter(|rule| rule.is_object()) {
        let of = id(rule, "chain");
        let Some(chain) = chains.iter_mut().find(|chain| chain.id == of) else { continue };
        chain.rules.push(Rule {
            handle: rule["handle"].as_u64().unwrap_or_default(),
            ours: rule["comment"] == MARK,
            expr: rule["expr"].as_array().cloned().unwrap_or_default(),
        });
    }
    Ok(chains)
}

impl Input {
    /// Whether it keeps out what no rule lets in.
    #[must_use]
    pub fn blocks(&self) -> bool {
        let is_last_word = |rule: &Rule| rule.is_bare() && matches!(rule.says(0), Verdict::Refuse);
        self.drops || self.rules.last().is_some_and(is_last_word)
    }

    /// Whether it belongs to a program that minds it alone: fail2ban, or ourselves.
    #[must_use]
    pub fn is_minded(&self) -> bool {
        ["f2b-table", OWN_TABLE].contains(&self.id.table.as_str())
    }

    /// Whether it is a chain of nftables itself, with names that can be written down as they are. Those of iptables, which
    /// nft(8) shows too, are loaded by others.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let plain = |name: &str| {
            let word = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
            name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(word)
        };
        let of_iptables = self.id.family != "inet" && self.id.table == "filter" && self.id.name == "INPUT";
        plain(&self.id.table) && plain(&self.id.name) && !of_iptables
    }

    /// Whether a connection from anywhere to this port gets through: the first rule that is about it says so.
    #[must_use]
    pub fn passage(&self, port: u16) -> Passage {
        let said = self.rules.iter().map(|rule| rule.says(port)).find(|verdict| !matches!(verdict, Verdict::Nothing));
        match said {
            Some(Verdict::Accept) => Passage::Open,
            None if !self.drops => Passage::Open,
            _ => Passage::Closed,
        }
    }

    /// Our rules: their handles, and the ports they let in.
    #[must_use]
    pub fn ours(&self) -> (Vec<u64>, Vec<u16>) {
        let ours = self.rules.iter().filter(|rule| rule.ours);
        let (handles, ports): (Vec<u64>, Vec<Vec<u16>>) = ours.map(|rule| (rule.handle, rule.ports())).unzip();
        let mut ports = ports.concat();
        ports.sort_unstable();
        ports.dedup();
        (handles, ports)
    }
}

impl Rule {
    /// The single ports that it names.
    fn ports(&self) -> Vec<u16> {
        let named = self.expr.iter().filter_map(dport);
        let numbers = named.flat_map(|right| match right {
            Value::Object(set) => set.get("set").and_then(Value::as_array).cloned().unwrap_or_default(),
            one => vec![one.clone()],
        });
        numbers.filter_map(|number| u16::try_from(number.as_u64()?).ok()).collect()
    }

    /// Whether it looks at nothing.
    fn is_bare(&self) -> bool {
        self.expr.iter().all(|part| part.get("match").is_none() && part.get("vmap").is_none())
    }

    /// What it does to a new connection to this port from anywhere. A rule that looks at more than the port is not about
    /// connections from everywhere.
    fn says(&self, port: u16) -> Verdict {
        let about = self
            .expr
            .iter()
            .filter(|part| part.get("match").is_some())
            .all(|part| dport(part).map_or_else(|| is_new(part) || is_tcp(part), |right| covers(right, port)));
        let limited = self.expr.iter().any(|part| part.get("limit").is_some() || part.get("vmap").is_some());
        if !about || limited {
            return Verdict::Nothing;
        }
        let does = |word: &str| self.expr.iter().any(|part| part.get(word).is_some());
        match (does("accept"), does("drop") || does("reject")) {
            (true, _) => Verdict::Accept,
            (_, true) => Verdict::Refuse,
            _ => Verdict::Nothing,
        }
    }
}

/// What a part of a rule compares the port with.
fn dport(part: &Value) -> Option<&Value> {
    let compared = &part["match"];
    let payload = &compared["left"]["payload"];
    let named = payload["field"] == "dport" && ["tcp", "th"].iter().any(|protocol| payload["protocol"] == *protocol);
    (named && (compared["op"] == "==" || compared["op"] == "in")).then(|| &compared["right"])
}

fn covers(right: &Value, port: u16) -> bool {
    if let Some(range) = right["range"].as_array() {
        let bound = |at: usize| range.get(at).and_then(Value::as_u64).unwrap_or_default();
        return (bound(0)..=bound(1)).contains(&u64::from(port));
    }
    match right["set"].as_array() {
        Some(set) => set.iter().any(|one| covers(one, port)),
        None => right.as_u64() == Some(u64::from(port)),
    }
}

/// `ct state new`, alone or among others.
fn is_new(part: &Value) -> bool {
    let compared = &part["match"];
    let holds =
        |value: &Value| value == "new" || value.as_array().is_some_and(|all| all.iter().any(|one| one == "new"));
    let right = &compared["right"];
    compared["left"]["ct"]["key"] == "state" && compared["op"] != "!=" && (holds(right) || holds(&right["set"]))
}

/// `meta l4proto tcp`.
fn is_tcp(part: &Value) -> bool {
    part["match"]["left"]["meta"]["key"] == "l4proto" && covers_word(&part["match"]["right"], "tcp")
}

fn covers_word(right: &Value, word: &str) -> bool {
    right == word || right["set"].as_array().is_some_and(|set| set.iter().any(|one| one == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(policy: &str, rules: &[&str]) -> Input {
        let head = r#"{"chain":{"family":"inet","table":"filter","name":"input","handle":1,"type":"filter","hook":"input",
            "prio":0,"policy":"POLICY"}}"#;
        let rule = |(n, rest): (usize, &&str)| {
            format!(
                r#"{{"rule":{{"family":"inet","table":"filter","chain":"input","handle":{},"expr":[{}]{}}}}}"#,
                n + 2,
                rest.trim_start_matches('!'),
                if rest.starts_with('!') { r#","comment":"mailwright""# } else { "" }
            )
        };
        let rules: Vec<String> = rules.iter().enumerate().map(rule).collect();
        let items = [vec![head.replace("POLICY", policy)], rules].concat().join(",");
        parsed(&format!(r#"{{"nftables":[{items}]}}"#)).unwrap().remove(0)
    }

    const ESTABLISHED: &str =
        r#"{"match":{"op":"in","left":{"ct":{"key":"state"}},"right":["established","related"]}},{"accept":null}"#;
    const SSH: &str =
        r#"{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":22}},{"accept":null}"#;
    const MAIL: &str = r#"!{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":{"set":[25,143]}}},{"accept":null}"#;
    const NO_MAIL: &str = r#"{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":{"range":[20,30]}}},{"drop":null}"#;
    const FROM_HOME: &str = r#"{"match":{"op":"==","left":{"payload":{"protocol":"ip","field":"saddr"}},"right":"10.0.0.1"}},{"accept":null}"#;
    const LAST: &str = r#"{"counter":{"packets":0,"bytes":0}},{"reject":{"type":"icmpx","expr":"admin-prohibited"}}"#;

    #[test]
    fn a_chain_blocks_by_its_policy_or_its_last_rule() {
        assert!(chain("drop", &[SSH]).blocks() && chain("accept", &[SSH, LAST]).blocks());
        assert!(!chain("accept", &[SSH]).blocks() && !chain("accept", &[SSH, NO_MAIL]).blocks());
    }

    #[test]
    fn the_first_rule_about_a_port_decides() {
        let passes = |policy: &str, rules: &[&str]| chain(policy, rules).passage(25) == Passage::Open;
        assert!(passes("drop", &[ESTABLISHED, SSH, MAIL]) && passes("accept", &[SSH]));
        assert!(!passes("drop", &[ESTABLISHED, SSH, FROM_HOME]) && !passes("drop", &[NO_MAIL, MAIL]));
        assert!(passes("drop", &[MAIL, NO_MAIL]) && !passes("accept", &[SSH, LAST]));
    }

    #[test]
    fn our_rules_are_known_by_their_mark() {
        assert_eq!(chain("drop", &[SSH, MAIL]).ours(), (vec![3], vec![25, 143]));
        assert_eq!(chain("drop", &[SSH]).ours(), (vec![], vec![]));
        let mut of_iptables = chain("drop", &[]);
        assert!(of_iptables.is_plain());
        of_iptables.id = Chain { family: "ip".into(), table: "filter".into(), name: "INPUT".into() };
        assert!(!of_iptables.is_plain());
    }
}
