CREATE TABLE IF NOT EXISTS event_log (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  event_id TEXT NOT NULL UNIQUE,
  event_type TEXT NOT NULL,
  model_name TEXT NOT NULL,
  data JSONB,
  previous_data JSONB,
  actor TEXT,
  timestamp TEXT NOT NULL, -- RFC 3339, as text
  created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE INDEX IF NOT EXISTS idx_event_log_model ON event_log (model_name);
CREATE INDEX IF NOT EXISTS idx_event_log_type ON event_log (event_type);
CREATE INDEX IF NOT EXISTS idx_event_log_ts ON event_log (timestamp);
CREATE INDEX IF NOT EXISTS idx_event_log_retention ON event_log (model_name, created_at);
CREATE INDEX IF NOT EXISTS idx_event_log_record ON event_log (model_name, (data ->> 'id'));
CREATE INDEX IF NOT EXISTS idx_event_log_actor ON event_log (actor);

CREATE TABLE IF NOT EXISTS model_history_coverage (
  model_name TEXT PRIMARY KEY,
  mode TEXT NOT NULL DEFAULT 'full',
  complete BOOLEAN NOT NULL DEFAULT TRUE,
  first_gap_at TIMESTAMPTZ,
  retained_after TIMESTAMPTZ,
  removed_events BIGINT NOT NULL DEFAULT 0
);
