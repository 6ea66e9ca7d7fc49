//! Finds modules and their tests: in files that are named, in the policy in force, among the templates.

use crate::app::{App, Globals, effective_config};
use crate::cli::exit::{Code, Stop};
use crate::cli::proof::Caller;
use crate::config::Config;
use crate::domain::policy::StoredPolicy;
use crate::domain::visible;
use crate::policy::suite::{Bench, ModuleText, Text};
use crate::policy::templates::{TEMPLATE_SUITES, TEMPLATE_TESTS, TEMPLATES};
use anyhow::{Context as _, Result};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// No file of a test or a module is longer, in bytes.
const BYTES_MAX: u64 = 1 << 20;
/// The folder of tests beside modules.
const TESTS: &str = "tests";

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Module,
    Tests,
    Suite,
}

fn kind(path: &Path) -> Option<Kind> {
    let stem = path.file_stem()?.to_str()?;
    if stem.starts_with('.') {
        return None;
    }
    match path.extension()?.to_str()? {
        "rego" if stem.ends_with("_test") || in_tests(path) => Some(Kind::Tests),
        "rego" => Some(Kind::Module),
        "yaml" | "yml" => Some(Kind::Suite),
        _ => None,
    }
}

fn in_tests(path: &Path) -> bool {
    path.parent().and_then(Path::file_name).is_some_and(|folder| folder == TESTS)
}

/// Everything in the files and folders that are named. What their tests need and nobody named stands in: modules that
/// lie beside the tests, then the templates.
pub(crate) fn named(paths: &[PathBuf]) -> Result<Bench> {
    let mut bench = Bench::default();
    let mut beside = Vec::new();
    for path in paths {
        if path.is_dir() {
            let found = folder(path)?;
            if found.is_empty() {
                let what = format!("`{}` has no `.rego`, `.yaml` or `.yml` file", shown(path));
                return Err(Stop::new(Code::Usage, what).into());
            }
            for file in found {
                take(&mut bench, &file, &mut beside)?;
            }
        } else {
            take(&mut bench, path, &mut beside)?;
        }
    }
    for folder in beside {
        for file in listed(&folder).unwrap_or_default() {
            if kind(&file) == Some(Kind::Module) {
                stand_in(&mut bench, module(&file)?);
            }
        }
    }
    if !(bench.tests.is_empty() && bench.suites.is_empty()) {
        templates().into_iter().for_each(|module| stand_in(&mut bench, module));
    }
    Ok(bench)
}

/// The bundled templates with their tests.
pub(crate) fn bundled() -> Bench {
    let text = |file: &str, text: &str| Text {
        file: format!("template:{TESTS}/{file}"),
        text: text.to_owned(),
    };
    Bench {
        modules: templates(),
        tests: vec![text("policies_test.rego", TEMPLATE_TESTS)],
        suites: TEMPLATE_SUITES.iter().map(|(file, suite)| text(file, suite)).collect(),
        config: serde_json::Value::Null,
    }
}

/// What is in force, with the tests beside the configuration.
pub(crate) struct InForce {
    pub config: Config,
    pub stored: StoredPolicy,
    pub bench: Bench,
}

/// Reads the configuration, the modules beside it and those of the store, and the tests in `policies/tests/`.
pub(crate) async fn in_force(globals: &Globals, command: &'static str) -> Result<InForce> {
    let config = effective_config(&globals.config)?;
    // Where there is no store yet, nothing stands in it; looking must not make one.
    let stored = if globals.home.join("countersign.db").exists() {
        let mut app = App::open(globals).await?;
        Caller::of(&mut app, command).await?.may_read(&app)?;
        app.store.stored_policy(&app.tenant).await?
    } else {
        StoredPolicy::default()
    };
    let folder = globals.config.with_file_name("policies");
    let mut bench = Bench { config: config.governance.config.clone(), ..Bench::default() };
    for module in &config.modules {
        let file = folder.join(format!("{}.rego", module.name)).display().to_string();
        push(&mut bench, &module.name, file, &module.text);
    }
    for module in &stored.modules {
        push(&mut bench, &module.name, format!("store:{}", module.name), &module.text);
    }
    for file in listed(&folder.join(TESTS)).unwrap_or_default() {
        if kind(&file).is_some() {
            take(&mut bench, &file, &mut Vec::new())?;
        }
    }
    templates().into_iter().for_each(|module| stand_in(&mut bench, module));
    Ok(InForce { config, stored, bench })
}

fn push(bench: &mut Bench, name: &str, file: String, text: &str) {
    let source = Text { file, text: text.to_owned() };
    bench.modules.push(ModuleText { name: name.to_owned(), source, counts: true });
}

fn templates() -> Vec<ModuleText> {
    let module = |template: &crate::policy::templates::Template| ModuleText {
        name: template.name.to_owned(),
        source: Text {
            file: format!("template:{}.rego", template.name),
            text: template.text.to_owned(),
        },
        counts: true,
    };
    TEMPLATES.iter().map(module).collect()
}

/// Adds a module that nobody named, unless one of that name is there.
fn stand_in(bench: &mut Bench, module: ModuleText) {
    if bench.modules.iter().all(|known| known.name != module.name) {
        bench.modules.push(ModuleText { counts: false, ..module });
    }
}

fn take(bench: &mut Bench, path: &Path, beside: &mut Vec<PathBuf>) -> Result<()> {
    let Some(kind) = kind(path) else {
        let what = format!("`{}` is neither Rego nor a suite of tests", shown(path));
        return Err(Stop::new(Code::Usage, what)
            .help("name `.rego`, `.yaml` or `.yml` files, or folders that hold them")
            .into());
    };
    if kind == Kind::Module {
        let module = module(path)?;
        if bench.modules.iter().any(|known| known.name == module.name) {
            let what = format!("two modules have the name `{}`", module.name);
            return Err(Stop::new(Code::Usage, what).help("test them one after the other").into());
        }
        bench.modules.push(module);
        return Ok(());
    }
    let source = text(path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let modules = if in_tests(path) { folder.parent().unwrap_or(Path::new(".")) } else { folder };
    beside.push(modules.to_owned());
    match kind {
        Kind::Suite => bench.suites.push(source),
        Kind::Tests | Kind::Module => bench.tests.push(source),
    }
    Ok(())
}

fn module(path: &Path) -> Result<ModuleText> {
    let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
    Ok(ModuleText { name, source: text(path)?, counts: true })
}

/// The files of a folder and of `tests` in it that are ours, by name.
fn folder(path: &Path) -> Result<Vec<PathBuf>> {
    let mut found = listed(path).with_context(|| format!("cannot list `{}`", shown(path)))?;
    if path.join(TESTS).is_dir() {
        let tests = path.join(TESTS);
        found.extend(listed(&tests).with_context(|| format!("cannot list `{}`", shown(&tests)))?);
    }
    found.retain(|file| kind(file).is_some());
    Ok(found)
}

fn listed(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path()));
    let mut files = entries.collect::<std::io::Result<Vec<_>>>()?;
    files.retain(|file| file.is_file());
    files.sort();
    Ok(files)
}

fn text(path: &Path) -> Result<Text> {
    let mut text = String::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(BYTES_MAX + 1).read_to_string(&mut text))
        .with_context(|| format!("cannot read `{}`", shown(path)))?;
    if text.len() as u64 > BYTES_MAX {
        let what = format!("`{}` is longer than a module or a suite may be", shown(path));
        return Err(Stop::new(Code::Failure, what).into());
    }
    Ok(Text { file: path.display().to_string(), text })
}

fn shown(path: &Path) -> String {
    visible::inline(&path.display().to_string()).text
}
