//! Development: projects that follow a file of this machine.

use std::fs;
use std::path::PathBuf;

use model::{
    DeployDraft, DriftLevel, DriftState, Problem, ProjectDraft, ProjectPatch, ProjectStatus, SchemaRefDraft,
};

use sha2::{Digest as _, Sha256};

use crate::support::instances::REFUSED;
use crate::support::world::id;
use crate::support::{Running, World, eventually, ines};

/// A schema with one model of this name.
fn schema(model: &str) -> String {
    format!(
        "import {{ model, text }} from '@atomo/schema'\nexport const {model} = model('{}s', {{ fields: {{ id: text().id() }} }})\n",
        model.to_lowercase()
    )
}

struct File(PathBuf);

impl File {
    /// The file `crm/schema.ts` of the allowed folder.
    fn new(world: &World, text: &str) -> Self {
        let file = Self(world.volume_folders().allowed[0].join("crm/schema.ts"));
        fs::create_dir_all(file.0.parent().unwrap()).unwrap();
        file.write(text);
        file
    }

    fn write(&self, text: impl AsRef<[u8]>) {
        fs::write(&self.0, text).unwrap();
    }

    fn draft(&self) -> SchemaRefDraft {
        SchemaRefDraft::of_volume(self.0.display().to_string())
    }
}

fn draft(world: &World, file: &File) -> ProjectDraft {
    ProjectDraft { class: "development".into(), schema_ref: file.draft(), ..world.draft("shop") }
}

async fn refused(plane: &Running, draft: ProjectDraft) -> Problem {
    plane.projects().create(&ines(), draft, None).await.unwrap_err().problem()
}

async fn edit(plane: &Running, patch: ProjectPatch) -> Result<model::Operation, Problem> {
    let generation = Some(plane.project("shop").await.generation);
    let edited = plane.projects().edit(&ines(), &id("shop"), ProjectPatch { generation, ..patch }).await;
    edited.map_err(|error| error.problem())
}

fn to(schema_ref: SchemaRefDraft) -> ProjectPatch {
    ProjectPatch { schema_ref: Some(schema_ref), ..ProjectPatch::default() }
}

/// Waits until the project runs the content that the file has now.
async fn applied(plane: &Running, file: &File) -> model::Project {
    let text = fs::read_to_string(&file.0).unwrap();
    plane
        .becomes("shop", "runs the content of the file", |project| {
            let served = project.schema_version.as_ref() == Some(project.schema_ref.commit());
            let seen = project.observed.facts.file.as_ref().and_then(|file| file.content.as_ref());
            project.status == ProjectStatus::Running
                && served
                && seen == Some(project.schema_ref.commit())
                && seen.is_some_and(|content| content_of(&text) == content.as_str())
        })
        .await
}

fn content_of(text: &str) -> String {
    hex::encode(Sha256::digest(text))[..40].to_owned()
}

#[tokio::test]
async fn a_project_follows_its_file() {
    let world = World::new().await;
    let plane = world.start().await;
    let file = File::new(&world, &schema("Thing"));
    plane.create(draft(&world, &file)).await;
    let before = applied(&plane, &file).await;

    file.write(schema("Other"));
    let after = applied(&plane, &file).await;
    assert_ne!(before.schema_ref, after.schema_ref);
    assert!(after.problem.is_none() && after.observed.facts.file.unwrap().problem.is_none());
    let taken: Vec<_> =
        plane.events("shop").await.into_iter().filter(|event| event.action == "file_taken").collect();
    let [taken] = taken.as_slice() else { panic!("{taken:#?}") };
    let detail = taken.detail.as_ref().unwrap();
    assert_eq!(detail["from"], before.schema_ref.commit().as_str());
    assert_eq!(detail["to"], after.schema_ref.commit().as_str());
}

#[tokio::test]
async fn a_file_that_the_server_cannot_serve_leaves_the_former_content_serving() {
    let world = World::new().await;
    let plane = world.start().await;
    let file = File::new(&world, &schema("Thing"));
    plane.create(draft(&world, &file)).await;
    let before = applied(&plane, &file).await;
    let shows = async |what: &str| {
        let project = plane
            .becomes("shop", &format!("shows \"{what}\""), |project| {
                let file = project.observed.facts.file.clone().unwrap_or_default();
                file.problem.is_some_and(|problem| problem.contains(what))
            })
            .await;
        assert_eq!((&project.schema_ref, project.status), (&before.schema_ref, ProjectStatus::Running));
    };
    file.write("export const nothing = 1\n");
    shows("No valid interfaces found in schema").await;
    file.write("import { model } from '@atomo/schema'\n");
    shows("It declares no model").await;
    file.write([0xff, 0xfe]);
    shows("is not UTF-8").await;
    fs::remove_file(&file.0).unwrap();
    shows("There is no file").await;
    fs::write(&file.0, vec![b'x'; 1024 * 1024 + 1]).unwrap();
    shows("has 1048577 bytes").await;

    file.write(schema("Thing"));
    let after = applied(&plane, &file).await;
    assert_eq!(after.generation, before.generation, "nothing was replaced meanwhile");

    // what only the server can find out
    file.write(format!("{}// {REFUSED}\n", schema("Thing")));
    let failed = plane.becomes("shop", "is failed", |project| project.status == ProjectStatus::Failed).await;
    let problem = failed.problem.unwrap();
    assert!(format!("{problem:?}").contains(REFUSED), "the server's own message: {problem:#?}");
    plane.becomes("shop", "serves", |project| project.observed.facts.ready.present().is_some()).await;
    file.write(schema("Mended"));
    applied(&plane, &file).await;
}

#[tokio::test]
async fn production_and_files_elsewhere_are_refused() {
    let world = World::new().await;
    let plane = world.start().await;
    let file = File::new(&world, &schema("Thing"));
    for class in ["", "production"] {
        let problem = refused(&plane, ProjectDraft { class: class.into(), ..draft(&world, &file) }).await;
        assert!(problem.for_field("class").unwrap().message.contains("from a commit"), "{problem:#?}");
    }
    let elsewhere = SchemaRefDraft::of_volume("/etc/passwd");
    let problem = refused(&plane, ProjectDraft { schema_ref: elsewhere, ..draft(&world, &file) }).await;
    let fault = problem.for_field("schema_ref.path").unwrap();
    assert!(fault.message.contains("/etc/passwd is not below an allowed folder"), "{fault:#?}");
    let own = SchemaRefDraft::of_volume("");
    let problem = refused(&plane, ProjectDraft { schema_ref: own, ..draft(&world, &file) }).await;
    let fault = problem.for_field("schema_ref.path").unwrap();
    assert!(fault.message.contains(".development/shop/schema.ts"), "{fault:#?}");

    plane.create(draft(&world, &file)).await;
    let production = ProjectPatch { class: Some("production".into()), ..ProjectPatch::default() };
    let problem = edit(&plane, production.clone()).await.unwrap_err();
    assert!(problem.for_field("class").is_some(), "{problem:#?}");
    let by_sql = world.database.sql("update projects set class = 'production'").await;
    assert!(by_sql.is_err(), "the registry refuses it too");
    let both = ProjectPatch { schema_ref: Some(world.schema(&world.good)), ..production };
    plane.succeeds(&edit(&plane, both).await.unwrap()).await;
    assert!(edit(&plane, to(file.draft())).await.unwrap_err().for_field("class").is_some());
}

#[tokio::test]
async fn an_edit_leads_to_a_file_and_back_to_a_commit() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(ProjectDraft { class: "staging".into(), ..world.draft("shop") }).await;
    let file = File::new(&world, &schema("Thing"));
    plane.succeeds(&edit(&plane, to(file.draft())).await.unwrap()).await;
    applied(&plane, &file).await;
    plane.succeeds(&edit(&plane, to(world.schema(&world.good))).await.unwrap()).await;
    let back = plane.project("shop").await;
    assert_eq!((back.schema_ref.commit(), back.observed.facts.file), (&world.good, None));
}

#[tokio::test]
async fn there_is_nothing_to_deploy_and_no_drift_against_commits() {
    let world = World::new().await;
    let plane = world.start().await;
    let file = File::new(&world, &schema("Thing"));
    plane.create(draft(&world, &file)).await;
    applied(&plane, &file).await;

    let deploy = DeployDraft { r#ref: world.good.to_string(), ..DeployDraft::default() };
    let refused = plane.deploys().deploy(&ines(), &id("shop"), &deploy).await.unwrap_err().problem();
    assert_eq!(refused.title, "The project follows a file");
    let refused = plane.deploys().ahead(&ines(), &id("shop")).await.unwrap_err().problem();
    assert_eq!(refused.title, "The project follows a file");
    let levels = eventually("it was checked", async || {
        let drift = plane.drift().check(&ines(), &id("shop")).await.unwrap();
        let state = |level| drift.levels.iter().find(|seen| seen.level == level).unwrap().state;
        let others = state(DriftLevel::Configuration);
        (others == DriftState::InSync).then(|| [DriftLevel::Commit, DriftLevel::SchemaFile].map(state))
    })
    .await;
    assert_eq!(levels, [DriftState::NotCompared; 2]);
}
