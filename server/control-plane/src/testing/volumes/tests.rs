use super::MemoryVolumes;
use crate::testing::conformance::volumes;

#[tokio::test]
async fn the_in_memory_volumes_conform() {
    volumes::run(|| (MemoryVolumes::new(), ())).await;
}
