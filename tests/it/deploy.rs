//! What `deploy/` holds is what Kubernetes takes, and its commands are those of the program: run here as the
//! processes that they would be there, they come to one result.

use std::fs;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::Container;
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use k8s_openapi::api::core::v1::PodSpec;
use k8s_openapi::api::networking::v1::NetworkPolicy;
use plimsoll::cli::Exit;
use serde::Deserialize as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::support::Plimsoll;
use crate::support::Served;
use crate::support::ended;
use crate::support::registry;

/// The jobs, and the folder in the volume that each writes to.
const JOBS: [(&str, &str); 2] = [("fuzz", "campaign-1"), ("check", "run-1")];

/// Where the registry listens in a pod.
const ADDRESS: &str = "127.0.0.1:5000";

fn documents(path: &Path) -> Vec<Value> {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let documents = yaml_serde::Deserializer::from_str(&text);
    let values = documents.map(|it| Value::deserialize(it).expect("YAML"));
    values.filter(|it| !it.is_null()).collect()
}

/// A document as a type of the API. It leaves out what it does not know, so that whatever is lost was never
/// taken.
fn typed<T: DeserializeOwned + Serialize>(document: &Value) -> T {
    let taken: T = serde_json::from_value(document.clone()).expect("a type of the API");
    kept(document, &serde_json::to_value(&taken).expect("JSON"), "");
    taken
}

/// Everything of `source` is in `taken`.
fn kept(source: &Value, taken: &Value, place: &str) {
    match (source, taken) {
        (Value::Object(source), Value::Object(taken)) => {
            for (key, value) in source {
                let place = format!("{place}/{key}");
                let other = taken.get(key);
                kept(
                    value,
                    other.unwrap_or_else(|| panic!("{place} is not of the API")),
                    &place,
                );
            }
        }
        (Value::Array(source), Value::Array(taken)) => {
            assert_eq!(source.len(), taken.len(), "{place}");
            for (index, (source, taken)) in source.iter().zip(taken).enumerate() {
                kept(source, taken, &format!("{place}/{index}"));
            }
        }
        _ => assert_eq!(source, taken, "{place}"),
    }
}

/// Workers and the job that joins them.
fn jobs(name: &str) -> [Job; 2] {
    let path = format!("deploy/kubernetes/{name}.yaml");
    let jobs: Vec<Job> = documents(Path::new(&path)).iter().map(typed).collect();
    jobs.try_into().expect("workers and one that joins")
}

fn pod(job: &Job) -> &PodSpec {
    let spec = job.spec.as_ref().expect("a specification");
    spec.template.spec.as_ref().expect("a pod")
}

/// All containers of a pod.
fn containers(pod: &PodSpec) -> impl Iterator<Item = &Container> {
    let before = pod.init_containers.iter().flatten();
    before.chain(&pod.containers)
}

#[test]
fn every_manifest_is_what_the_api_takes() {
    let mut count = 0;
    for entry in fs::read_dir("deploy/kubernetes").expect("a folder") {
        for document in documents(&entry.expect("an entry").path()) {
            count += 1;
            match document["kind"].as_str().expect("a kind") {
                "Job" => drop(typed::<Job>(&document)),
                "PersistentVolumeClaim" => drop(typed::<PersistentVolumeClaim>(&document)),
                "NetworkPolicy" => drop(typed::<NetworkPolicy>(&document)),
                other => panic!("{other}"),
            }
        }
    }
    assert_eq!(count, 6);
}

#[test]
#[should_panic(expected = "/spec/template/spec/containers/0/imagePullPolice is not of the API")]
fn a_field_that_the_api_does_not_have_is_seen() {
    let path = Path::new("deploy/kubernetes/fuzz.yaml");
    let mut document = documents(path).swap_remove(0);
    document["spec"]["template"]["spec"]["containers"][0]["imagePullPolice"] = "Never".into();
    typed::<Job>(&document);
}

#[test]
fn workers_are_as_many_as_their_command_says_and_are_not_run_again_for_what_they_find() {
    for (name, _) in JOBS {
        let [workers, merge] = jobs(name);
        let spec = workers.spec.as_ref().expect("a specification");
        assert_eq!(spec.completion_mode.as_deref(), Some("Indexed"));
        let shard = value_of(&arguments(worker(&workers)), "--shard");
        let parts = spec.completions.expect("a number");
        assert_eq!(shard, format!("$(JOB_COMPLETION_INDEX)/{parts}"));
        assert_eq!(spec.parallelism, Some(parts));
        assert_eq!(
            spec.max_failed_indexes,
            Some(parts),
            "nobody is stopped for another"
        );
        for job in [&workers, &merge] {
            let spec = job.spec.as_ref().expect("a specification");
            assert!(spec.active_deadline_seconds.is_some());
            assert_eq!(pod(job).restart_policy.as_deref(), Some("Never"));
            let policy = spec.pod_failure_policy.as_ref().expect("a policy");
            let mut codes = policy
                .rules
                .iter()
                .filter_map(|it| it.on_exit_codes.as_ref());
            let codes = codes.next().expect("a rule for exit codes");
            assert_eq!(codes.container_name.as_deref(), Some("plimsoll"));
            let verdicts = Exit::ALL.iter().map(|it| i32::from(it.code()));
            let mut verdicts: Vec<_> = verdicts.filter(|it| (1..70).contains(it)).collect();
            verdicts.sort_unstable();
            assert_eq!(codes.values, verdicts);
        }
    }
}

#[test]
fn containers_can_do_little_and_take_a_bounded_part() {
    for job in JOBS.iter().flat_map(|(name, _)| jobs(name)) {
        let pod = pod(&job);
        assert_eq!(pod.automount_service_account_token, Some(false));
        let context = pod.security_context.as_ref().expect("a context");
        assert_eq!(context.run_as_non_root, Some(true));
        let profile = context.seccomp_profile.as_ref().expect("a profile");
        assert_eq!(profile.type_, "RuntimeDefault");
        for container in containers(pod) {
            let context = container.security_context.as_ref().expect("a context");
            assert_eq!(context.allow_privilege_escalation, Some(false));
            assert_eq!(context.read_only_root_filesystem, Some(true));
            let capabilities = context.capabilities.as_ref().expect("capabilities");
            assert_eq!(capabilities.drop.as_deref(), Some(&["ALL".to_owned()][..]));
            let resources = container.resources.as_ref().expect("resources");
            for (part, names) in [
                (&resources.requests, &["cpu", "memory"][..]),
                (&resources.limits, &["memory", "ephemeral-storage"]),
            ] {
                let part = part.as_ref().expect("a bound");
                assert!(
                    names.iter().all(|name| part.contains_key(*name)),
                    "{part:?}"
                );
            }
            // Whoever does not set it gets an error, and no image of somebody else.
            assert_eq!(container.image.as_deref(), Some("PLIMSOLL_IMAGE"));
            for variable in container.env.iter().flatten() {
                let from = variable
                    .value_from
                    .as_ref()
                    .expect("nothing secret in plain text");
                assert!(variable.value.is_none() && from.secret_key_ref.is_some());
            }
        }
    }
}

/// The container of plimsoll.
fn worker(job: &Job) -> &Container {
    let mut containers = pod(job).containers.iter();
    containers
        .find(|it| it.name == "plimsoll")
        .expect("plimsoll")
}

fn arguments(container: &Container) -> Vec<String> {
    let program = ["/plimsoll".to_owned()];
    assert_eq!(
        container.command.as_deref(),
        Some(&program[..]),
        "that of the image"
    );
    container.args.clone().expect("arguments")
}

fn value_of(arguments: &[String], flag: &str) -> String {
    let mut rest = arguments.iter().skip_while(|it| *it != flag).skip(1);
    rest.next().expect("a value").clone()
}

/// A command as Kubernetes starts it, but for where the registry and the volume are, and how much is played.
fn placed(arguments: &[String], index: i32, address: &str, volume: &Path) -> Vec<String> {
    let volume = format!("{}/", volume.display());
    let placed = arguments.iter().map(|it| {
        it.replace("$(JOB_COMPLETION_INDEX)", &index.to_string())
            .replace(ADDRESS, address)
            .replace("/results/", &volume)
            .replace("1000000", "80")
    });
    placed.collect()
}

fn start(plimsoll: &Plimsoll, arguments: &[String]) -> Child {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut command = plimsoll.command(&arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the program starts")
}

#[test]
fn the_commands_of_the_jobs_come_to_one_result() {
    for (name, folder) in JOBS {
        let [workers, merge] = jobs(name);
        let sidecar = pod(&workers).init_containers.iter().flatten().next();
        let sidecar = sidecar.expect("a registry");
        assert_eq!(
            sidecar.restart_policy.as_deref(),
            Some("Always"),
            "a sidecar"
        );
        let serve = arguments(sidecar);
        assert_eq!(serve[..3], ["serve", "--addr", ADDRESS]);
        let more: Vec<&str> = serve[3..].iter().map(String::as_str).collect();
        let served = Served::start(&more);

        let plimsoll = Plimsoll::new();
        let volume = plimsoll.out().join("volume");
        fs::create_dir(&volume).expect("a folder");
        let place =
            |job: &Job, index| placed(&arguments(worker(job)), index, &served.address, &volume);
        // It is there before anybody has begun.
        let merging = start(&plimsoll, &place(&merge, 0));
        let parts = workers.spec.as_ref().and_then(|it| it.completions);
        let parts = parts.expect("a number");
        let all: Vec<_> = (0..parts)
            .map(|index| start(&plimsoll, &place(&workers, index)))
            .collect();
        for worker in all {
            let ended = ended(&worker.wait_with_output().expect("it ends"));
            assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
        }
        let ended = ended(&merging.wait_with_output().expect("it ends"));
        let said = format!("{}{}", ended.stdout, ended.stderr);
        assert_eq!(ended.code, 0, "{said}");
        assert!(said.contains(&format!("shards: {parts} done")), "{said}");
        let merged = volume.join(format!("{folder}-merged"));
        let results = fs::read_to_string(merged.join("results.json")).expect("results");
        let results: Value = serde_json::from_str(&results).expect("JSON");
        assert_eq!(results["complete"], true);
        match name {
            "fuzz" => assert_eq!(
                (&results["plans"], &results["shard"]),
                (&80.into(), &"0/1".into())
            ),
            _ => are_all_put(&results),
        }
    }
}

/// No check is left to another shard.
fn are_all_put(record: &Value) {
    let checks = record["checks"].as_array().expect("checks");
    let left: Vec<_> = checks
        .iter()
        .filter(|it| it["reason"] == plimsoll::run::OF_ANOTHER_SHARD)
        .collect();
    assert!(checks.len() > 300 && left.is_empty(), "{left:?}");
    assert!(record["shard"].is_null());
}

/// The steps of a job of the workflow that run a script.
fn scripts(workflow: &Value, job: &str) -> Vec<Value> {
    let steps = workflow["jobs"][job]["steps"].as_array().expect("steps");
    steps
        .iter()
        .filter(|it| it["name"] == "plimsoll")
        .cloned()
        .collect()
}

/// Runs a step of the workflow in a folder.
fn step(step: &Value, folder: &Path, address: &str, variables: &[(&str, &str)]) -> (i32, String) {
    let script = step["run"]
        .as_str()
        .expect("a script")
        .replace(ADDRESS, address);
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script]);
    crate::support::forget_settings(&mut command);
    command
        .current_dir(folder)
        .env("DOCKER_CONFIG", folder)
        .envs(variables.iter().copied())
        .env_remove("GITHUB_ACTIONS")
        .env_remove("GITHUB_STEP_SUMMARY");
    let ended = ended(&command.output().expect("bash"));
    (ended.code, format!("{}{}", ended.stdout, ended.stderr))
}

#[test]
fn the_matrix_for_github_comes_to_one_result() {
    let workflow = documents(Path::new("deploy/ci/github.yml")).swap_remove(0);
    let matrix = &workflow["jobs"]["shard"]["strategy"]["matrix"];
    let parts = workflow["env"]["SHARDS"].as_u64().expect("a number");
    let indices: Vec<u64> = serde_json::from_value(matrix["index"].clone()).expect("numbers");
    assert_eq!(indices, (0..parts).collect::<Vec<_>>());
    let [shard] = &scripts(&workflow, "shard")[..] else {
        panic!("one step")
    };
    let [merge] = &scripts(&workflow, "merge")[..] else {
        panic!("one step")
    };
    let more = shard["env"]["MORE"].as_str().expect("flags");
    let more = more
        .split('\'')
        .find(|it| it.starts_with("--"))
        .expect("flags of fuzz");
    let more = more.replace("100000", "60");
    let running = registry();
    let address = running.addr().to_string();
    let plimsoll = Plimsoll::new();
    let folder = plimsoll.out();
    fs::create_dir(folder.join("bin")).expect("a folder");
    fs::copy(env!("CARGO_BIN_EXE_plimsoll"), folder.join("bin/plimsoll")).expect("a copy");
    let count = parts.to_string();
    for verb in ["check", "fuzz"] {
        assert!(
            matrix["verb"]
                .as_array()
                .expect("verbs")
                .contains(&verb.into())
        );
        let more = if verb == "fuzz" { more.as_str() } else { "" };
        for index in &indices {
            let index = index.to_string();
            let variables = [
                ("VERB", verb),
                ("INDEX", &index),
                ("SHARDS", &count),
                ("MORE", more),
                ("GITHUB_RUN_ID", "12345678901"),
            ];
            let (code, said) = step(shard, folder, &address, &variables);
            assert_eq!(code, 0, "{said}");
        }
        let (code, said) = step(merge, folder, &address, &[("VERB", verb)]);
        assert_eq!(code, 0, "{said}");
        assert!(
            folder
                .join("merged")
                .join(verb)
                .join("results.json")
                .is_file()
        );
        fs::remove_dir_all(folder.join(verb).join("shard-1")).expect("a folder");
        let (code, said) = step(merge, folder, &address, &[("VERB", verb)]);
        assert!(code == 2 && said.contains("shards missing"), "{said}");
    }
}
