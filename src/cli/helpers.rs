//! `plimsoll completions` and `plimsoll man`: what shells and `man` want to know of the command line.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;

use clap::Command;
use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;

use super::Cli;
use super::CliError;
use super::Exit;

/// Print the completions for a shell.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  plimsoll completions bash > ~/.local/share/bash-completion/completions/plimsoll
  plimsoll completions zsh > ~/.zfunc/_plimsoll
  plimsoll completions fish > ~/.config/fish/completions/plimsoll.fish")]
pub(super) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Write the man pages: one for the program, one for each verb.
#[derive(Debug, clap::Args)]
pub(super) struct Pages {
    /// The folder to write to; without it, the page of the program is printed.
    folder: Option<PathBuf>,
}

/// Runs the verb.
pub(super) fn completions(args: &Completions) -> Exit {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "plimsoll", &mut text);
    // Whoever closes the pipe has read enough.
    let _ = std::io::stdout().write_all(&text);
    Exit::Passed
}

/// Runs the verb.
pub(super) fn pages(args: &Pages) -> Result<Exit, CliError> {
    let mut program = Cli::command();
    program.build();
    let Some(folder) = &args.folder else {
        // Whoever closes the pipe has read enough.
        let _ = std::io::stdout().write_all(&page(&program)?);
        return Ok(Exit::Passed);
    };
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    write(folder, &program, "plimsoll")?;
    for verb in program.get_subcommands() {
        write(folder, verb, &format!("plimsoll-{}", verb.get_name()))?;
    }
    Ok(Exit::Passed)
}

fn write(folder: &Path, command: &Command, name: &str) -> Result<(), CliError> {
    let path = folder.join(format!("{name}.1"));
    fs::write(&path, page(command)?).map_err(|error| unwritable(&path, &error))
}

fn page(command: &Command) -> Result<Vec<u8>, CliError> {
    let mut text = Vec::new();
    let rendered = Man::new(command.clone()).render(&mut text);
    rendered.map_err(|error| CliError::Report(error.to_string()))?;
    Ok(text)
}

fn unwritable(path: &Path, error: &std::io::Error) -> CliError {
    CliError::Report(format!(
        "`{}` cannot be written: {error}; choose another folder",
        path.display()
    ))
}
