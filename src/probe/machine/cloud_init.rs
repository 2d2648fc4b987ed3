//! What cloud-init is set to do to our work at the next boot.

use super::root::Root;
use crate::facts::CloudInit;

/// The configuration that came with the machine, as cloud-init keeps it: it wins over every file in /etc/cloud.
const DATA: [&str; 3] = ["vendor-cloud-config.txt", "vendor2-cloud-config.txt", "cloud-config.txt"];

/// Its settings; `None` when it is not on the machine or switched off.
pub(super) fn settings(root: &Root<'_>, installed: bool) -> Option<CloudInit> {
    let main = "/etc/cloud/cloud.cfg";
    if root.exists("/etc/cloud/cloud-init.disabled") || !(installed || root.exists(main)) {
        return None;
    }
    let files = std::iter::once(main.to_owned()).chain(root.files("/etc/cloud/cloud.cfg.d", ".cfg"));
    let local: Vec<String> = files.filter_map(|path| root.text(&path)).collect();
    let data: Vec<String> =
        DATA.iter().filter_map(|name| root.text(&format!("/var/lib/cloud/instance/{name}"))).collect();
    let set = |texts: &[String], key: &str| last(texts, key).is_some_and(|value| !is_false(&value));
    Some(CloudInit {
        preserve_hostname: set(&local, "preserve_hostname"),
        manage_etc_hosts: set(&local, "manage_etc_hosts"),
        data_manages_hosts: set(&data, "manage_etc_hosts"),
    })
}

/// The last value of a top-level key: later files and later lines win.
fn last(texts: &[String], key: &str) -> Option<String> {
    let lines = texts.iter().flat_map(|text| text.lines());
    let mut values = lines.filter_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix(':'));
    values.next_back().map(|value| {
        let bare = value.split(" #").next().unwrap_or_default();
        bare.trim().trim_matches(['"', '\'']).to_ascii_lowercase()
    })
}

/// The ways YAML 1.1 writes no.
fn is_false(value: &str) -> bool {
    ["", "false", "no", "off", "n", "0", "null", "~"].contains(&value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(files: &[(&str, &str)], installed: bool) -> Option<CloudInit> {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        settings(&Root::new(dir.path()), installed)
    }

    #[test]
    fn a_machine_without_it_and_one_with_it_off_are_left_alone() {
        assert_eq!(told(&[], false), None);
        assert_eq!(told(&[("etc/cloud/cloud-init.disabled", "")], true), None);
    }

    #[test]
    fn later_files_win_and_nested_keys_do_not_count() {
        let debians = "# The top level settings are used as module\nusers:\n   - default\npreserve_hostname: false\n\
                       cloud_init_modules:\n - update_etc_hosts\n - x:\n   manage_etc_hosts: true\n";
        let found = told(&[("etc/cloud/cloud.cfg", debians)], false).unwrap();
        assert_eq!(found, CloudInit::default());
        let image = ("etc/cloud/cloud.cfg.d/10-image.cfg", "manage_etc_hosts: \"localhost\" # image\n");
        let found = told(&[("etc/cloud/cloud.cfg", debians), image], false).unwrap();
        assert!(found.manage_etc_hosts && !found.preserve_hostname);
        let ours =
            ("etc/cloud/cloud.cfg.d/99-mailwright.cfg", include_str!("../../../assets/cloud-init/99-mailwright.cfg"));
        let found = told(&[("etc/cloud/cloud.cfg", debians), image, ours], true).unwrap();
        assert!(found.preserve_hostname && !found.manage_etc_hosts && !found.data_manages_hosts);
    }

    #[test]
    fn what_came_with_the_machine_is_seen_apart() {
        let vendor = (
            "var/lib/cloud/instance/vendor-cloud-config.txt",
            "#cloud-config\n# from 1 files\nmanage_etc_hosts: true\n",
        );
        let found = told(&[("etc/cloud/cloud.cfg", ""), vendor], true).unwrap();
        assert!(found.data_manages_hosts && !found.manage_etc_hosts);
    }
}
