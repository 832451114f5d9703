//! Names of what runs beside a project's own instance and database.

use proptest::prelude::*;

use crate::{DatabaseName, InstanceKey, OperationId, ProjectId};

const OPERATION: &str = "0198f2a0-1111-7222-8333-444455556666";

fn operation() -> OperationId {
    OPERATION.parse().unwrap()
}

fn shop() -> ProjectId {
    "shop".parse().unwrap()
}

#[test]
fn the_main_ones_have_the_names_of_the_project() {
    assert_eq!(InstanceKey::main(shop()).to_string(), "shop");
    assert_eq!(DatabaseName::main(shop()).to_string(), "proj_shop");
}

#[test]
fn those_of_an_operation_name_it() {
    let rehearsal = InstanceKey::rehearsal(shop(), operation());
    assert_eq!(rehearsal.to_string(), "shop_rehearsal_0198f2a0111172228333444455556666");
    let scratch = DatabaseName::scratch(shop(), operation());
    assert_eq!(scratch.to_string(), "proj_shop_r_444455556666");
    assert!(!rehearsal.is_main() && !scratch.is_main());
}

#[test]
fn texts_that_no_key_is_written_as_are_refused() {
    for text in ["shop_", "shop_rehearsal_", "shop_rehearsal_1", "shop_old", "Shop", ""] {
        assert!(text.parse::<InstanceKey>().is_err(), "{text}");
    }
    let with_hyphens = format!("shop_rehearsal_{OPERATION}");
    assert!(with_hyphens.parse::<InstanceKey>().is_err(), "another spelling of the same operation");
    for text in
        ["shop", "proj_", "proj_shop_r_", "proj_shop_r_44445555666G", "proj_shop_x_444455556666", "proj_Shop"]
    {
        assert!(text.parse::<DatabaseName>().is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn names_are_read_back_as_they_were_written(id in "[a-z][a-z0-9-]{9,38}[a-z0-9]", number in any::<u128>()) {
        let (project, operation) = (id.parse::<ProjectId>().unwrap(), OperationId::from(uuid::Uuid::from_u128(number)));
        for key in [InstanceKey::main(project.clone()), InstanceKey::rehearsal(project.clone(), operation)] {
            prop_assert_eq!(key.to_string().parse::<InstanceKey>().unwrap(), key);
        }
        for name in [DatabaseName::main(project.clone()), DatabaseName::scratch(project.clone(), operation)] {
            prop_assert!(name.to_string().len() <= 63, "Postgres would cut {}", name);
            prop_assert_eq!(name.to_string().parse::<DatabaseName>().unwrap(), name);
        }
    }
}
