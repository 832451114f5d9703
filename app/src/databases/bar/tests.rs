use model::PoolSize;

use super::*;

fn share(id: &str, pool: u32, in_use: u32) -> DatabaseUse {
    let pool_size: PoolSize = pool.try_into().unwrap();
    DatabaseUse {
        project_id: id.parse().unwrap(),
        display_name: id.into(),
        pool_size,
        limit: pool_size.connections(),
        in_use: Some(in_use),
        bytes: None,
    }
}

fn budget(given: u32) -> Budget {
    Budget { max: 100, reserved: 3, own: 28, backup: 4, given }
}

#[test]
fn the_bar_is_as_long_as_the_connections_of_the_server() {
    let blocks = blocks(&budget(14), &[share("crm", 5, 1), share("shop", 5, 5)]);
    let titles: Vec<&str> = blocks.iter().map(|block| block.title.as_str()).collect();
    assert_eq!(
        titles,
        ["reserved by the server: 3", "control plane: 28", "backups: 4", "crm: 7", "shop: 7", "free: 51"]
    );
    assert_eq!((blocks[3].class, blocks[4].class), ("given", "full"));
    let last = blocks.last().unwrap();
    assert_eq!(last.x + last.width, WIDTH - 1);
    assert!(blocks.windows(2).all(|pair| pair[0].x + pair[0].width <= pair[1].x), "{blocks:?}");
}

#[test]
fn projects_that_the_caller_may_not_see_are_one_block() {
    let blocks = blocks(&budget(21), &[share("crm", 5, 0)]);
    assert!(blocks.iter().any(|block| block.title == "other projects: 14"), "{blocks:?}");
}

#[test]
fn a_server_that_is_overdrawn_still_fits() {
    let blocks = blocks(&budget(300), &[]);
    let last = blocks.last().unwrap();
    assert!(last.title == "other projects: 300" && last.x + last.width <= WIDTH, "{blocks:?}");
}
