//! The project's files, and the code in them without comments and tests.

use std::path::{Path, PathBuf};

/// The workspace root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A text file of the project, by its path from the root.
pub fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Names of the house's crates: the folders under `crates/`.
pub fn crates() -> Vec<String> {
    let entries = std::fs::read_dir(root().join("crates")).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Every file under a folder of the project, by its path from the root; what is built or installed is left out.
pub fn files(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<String>) {
    const LEFT_OUT: [&str; 6] = ["target", "node_modules", ".git", ".venv", "__pycache__", "data"];
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !LEFT_OUT.contains(&name.as_str()) {
            collect(&path, found);
        } else if path.is_file() {
            found.push(path.strip_prefix(root()).unwrap().to_string_lossy().into_owned());
        }
    }
}

/// The Rust files of the house.
pub fn rust_files() -> Vec<String> {
    files("crates").into_iter().filter(|path| path.ends_with(".rs")).collect()
}

/// Whether a file holds nothing but tests: by its place, or because its module is declared under `#[cfg(test)]`.
fn is_test_file(path: &str, declared: &[String]) -> bool {
    let name = path.rsplit('/').next().unwrap();
    let by_place = path.contains("/tests/") || path.contains("/examples/") || path.contains("/benches/");
    by_place
        || name == "tests.rs"
        || name.ends_with("_tests.rs")
        || declared.iter().any(|module| path.starts_with(module))
}

/// The modules declared as `#[cfg(test)] mod name;`, as path prefixes (`.../name.rs` and `.../name/`).
fn test_modules() -> Vec<String> {
    let mut found = Vec::new();
    for path in rust_files() {
        let text = read(&path);
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for (place, _) in lines.iter().enumerate().filter(|(_, line)| **line == "#[cfg(test)]") {
            let declared = lines[place + 1..].iter().find(|line| !line.starts_with("#["));
            let name = declared
                .and_then(|line| line.trim_start_matches("pub(crate) ").strip_prefix("mod ")?.strip_suffix(';'));
            if let Some(name) = name {
                let folder = folder_of(&path);
                found.extend([format!("{folder}/{name}.rs"), format!("{folder}/{name}/")]);
            }
        }
    }
    found
}

/// Where the modules that a file declares lie.
fn folder_of(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap();
    match name {
        "mod.rs" | "lib.rs" | "main.rs" => folder.to_owned(),
        _ => path.trim_end_matches(".rs").to_owned(),
    }
}

/// The working code of the house outside some folders: (path, line number, line), comments and tests taken out.
pub fn code_outside(homes: &[&str]) -> Vec<(String, usize, String)> {
    let declared = test_modules();
    let files = rust_files().into_iter().filter(|path| !is_test_file(path, &declared));
    let files = files.filter(|path| !homes.iter().any(|home| path.starts_with(home)));
    files.flat_map(|path| code(&path)).collect()
}

fn code(path: &str) -> Vec<(String, usize, String)> {
    let text = read(path);
    let lines: Vec<&str> = text.lines().collect();
    let inline_tests =
        lines.windows(2).position(|pair| pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod tests {"));
    let working = lines.iter().take(inline_tests.unwrap_or(lines.len())).enumerate();
    working.map(|(number, line)| (path.to_owned(), number + 1, without_comment(line))).collect()
}

fn without_comment(line: &str) -> String {
    let cut = line.match_indices("//").find(|(at, _)| !line[..*at].ends_with(':')).map_or(line.len(), |(at, _)| at);
    line[..cut].to_owned()
}
