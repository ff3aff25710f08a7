//! What is pasted into a blog: README.md shows it as commands print it.

use std::path::Path;

use super::command;

const README: &str = include_str!("../../README.md");

/// What a command says about the installation of README.md.
fn says(folder: &Path, arguments: &[&str]) -> String {
    let mut command = command(folder, arguments);
    let output = command
        .env("PAPERROUND_PUBLIC_URL", "https://news.example.org")
        .output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The element of that name, which stands alone on its lines.
fn element<'a>(text: &'a str, name: &str) -> &'a str {
    let start = text
        .find(&format!("\n<{name} "))
        .unwrap_or_else(|| panic!("{name} was expected: {text}"));
    let end = format!("</{name}>\n");
    let (element, _) = text[start..].split_once(&end).unwrap();
    &text[start..start + element.len() + end.len()]
}

#[test]
fn what_the_readme_has_pasted_is_what_commands_print() {
    let folder = tempfile::tempdir().unwrap();
    let add = [
        "list",
        "add",
        "--public-name",
        "Elm Street Wellness",
        "--privacy-url",
        "https://www.example.org/privacy",
    ];

    let made = says(folder.path(), &add);
    let shown = says(folder.path(), &["list", "show", "elm-street-wellness"]);

    for name in ["form", "iframe"] {
        let pasted = element(README, name);
        assert_eq!(element(&made, name), pasted);
        assert_eq!(element(&shown, name), pasted);
    }
    let page = "https://news.example.org/lists/elm-street-wellness";
    assert!(shown.contains(page) && README.contains(page), "{shown}");
}
