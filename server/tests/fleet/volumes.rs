//! Development from a volume, on real parts: edit and live, a broken file, and what is refused.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::api::until;
use crate::world::World;

/// Contents whose time is measured.
const EDITS: usize = 5;
/// The bound of the test. The measured time is reported; about 2 s is the aim.
const BOUND: Duration = Duration::from_secs(20);

fn schema(model: &str) -> String {
    let fields = "{ id: text().id(), name: text().optional() }";
    format!(
        "import {{ model, text }} from '@atomo/schema'\nexport const {model} = model('{}s', {{ fields: {fields} }})\n",
        model.to_lowercase()
    )
}

fn draft(world: &World, class: &str, path: &Path) -> Value {
    let mut draft = world.draft("crm");
    draft["class"] = json!(class);
    draft["schema_ref"] = json!({"type": "volume", "path": path});
    draft
}

/// Whether the instance serves the model.
fn serves(project: &Value, model: &str) -> bool {
    let Some(upstream) = project["upstream"].as_str() else { return false };
    let url = format!("http://{upstream}/meta/schema");
    crate::api::blocking(async {
        let Ok(answer) = reqwest::get(url).await else { return false };
        answer.text().await.is_ok_and(|text| text.contains(&format!("\"{model}\"")))
    })
}

fn live(world: &mut World, model: &str) -> Duration {
    let begun = Instant::now();
    until(&format!("{model} is served"), || {
        let project = world.get("/projects/crm");
        serves(&project, model).then_some(())
    });
    begun.elapsed()
}

fn shown(world: &mut World, what: &str) {
    until(&format!("\"{what}\" is shown"), || {
        let project = world.get("/projects/crm");
        let file = project["observed"]["file"]["problem"].to_string();
        let text = format!("{file} {}", project["problem"]);
        text.contains(what).then_some(())
    });
}

#[test]
fn an_edited_file_is_live_and_a_broken_one_leaves_the_former_serving() {
    let mut world = World::new();
    let folder: PathBuf = world.folder.join("work");
    std::fs::create_dir_all(folder.join("crm")).unwrap();
    let file = folder.join("crm/schema.ts");
    std::fs::write(&file, schema("First")).unwrap();
    world.extra.push(("ATOMO_FLEET_SCHEMA_VOLUMES".into(), folder.display().to_string()));
    world.start();

    let refused = draft(&world, "production", &file);
    let (status, problem) = world.ask("POST", "/projects", Some(refused));
    assert_eq!((status, problem["errors"][0]["field"].as_str()), (422, Some("class")), "{problem}");

    let wanted = draft(&world, "development", &file);
    world.done("POST", "/projects", Some(wanted));
    live(&mut world, "First");

    let mut took = Vec::new();
    for number in 0..EDITS {
        let model = format!("Edit{number}");
        std::fs::write(&file, schema(&model)).unwrap();
        took.push(live(&mut world, &model));
    }
    took.sort();
    eprintln!("from the edit until /meta/schema has the model: {took:?}, median {:?}", took[EDITS / 2]);
    assert!(took.iter().all(|took| *took < BOUND), "{took:?}");

    std::fs::write(&file, "export const nothing = 1\n").unwrap();
    shown(&mut world, "No valid interfaces found in schema");
    let project = world.get("/projects/crm");
    assert_eq!(project["status"], "running");
    assert!(serves(&project, "Edit4"), "the former content serves");
    std::fs::remove_file(&file).unwrap();
    shown(&mut world, "There is no file");

    std::fs::write(&file, schema("Mended")).unwrap();
    live(&mut world, "Mended");
    let project = world.get("/projects/crm");
    assert_eq!(project["observed"]["file"]["problem"], Value::Null);
    let (status, problem) =
        world.ask("POST", "/projects/crm/deploys", Some(json!({"ref": world.portfolio.good})));
    assert_eq!((status, problem["title"].as_str()), (409, Some("The project follows a file")), "{problem}");
}
