/**
 * The ledger's tables and functions in PostgreSQL, from version 14 on. Each statement may run again, and by itself: two
 * tables that one transaction locks are a deadlock with those who read both.
 */
import { EVENTS_KEPT } from '../ledger.ts';

export const LEDGER_SCHEMA: readonly string[] = `
CREATE SCHEMA IF NOT EXISTS understudy;
CREATE SEQUENCE IF NOT EXISTS understudy.batch_number;
CREATE TABLE IF NOT EXISTS understudy.batch (
  id text PRIMARY KEY,
  number bigint NOT NULL UNIQUE,
  created_at text NOT NULL,
  jobs integer NOT NULL,
  settings json NOT NULL,
  priority integer NOT NULL,
  enqueued boolean NOT NULL DEFAULT false,
  idempotency_key text UNIQUE,
  digest text NOT NULL,
  queued integer NOT NULL DEFAULT 0,
  running integer NOT NULL DEFAULT 0,
  completed integer NOT NULL DEFAULT 0,
  failed integer NOT NULL DEFAULT 0,
  cancelled integer NOT NULL DEFAULT 0,
  last_event bigint NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS understudy.job (
  id text PRIMARY KEY,
  batch text NOT NULL,
  rank bigint NOT NULL,
  state text NOT NULL DEFAULT 'queued',
  item json NOT NULL,
  stage json,
  attempts integer NOT NULL DEFAULT 0,
  error json,
  episodes jsonb NOT NULL DEFAULT '[]',
  rejected json NOT NULL DEFAULT '[]',
  created_at text NOT NULL,
  started_at text,
  finished_at text
);
-- The times at which a batch was cancelled; their number is its era. A job that is queued or running in an earlier era
-- than its batch's is cancelled: a batch is cancelled without touching its jobs. settle() writes it into them later;
-- a batch is unsettled until then.
ALTER TABLE understudy.batch ADD COLUMN IF NOT EXISTS cancels text[] NOT NULL DEFAULT '{}';
ALTER TABLE understudy.batch ADD COLUMN IF NOT EXISTS unsettled boolean NOT NULL DEFAULT false;
ALTER TABLE understudy.job ADD COLUMN IF NOT EXISTS era integer NOT NULL DEFAULT 0;
CREATE INDEX IF NOT EXISTS batch_unsettled ON understudy.batch (id) WHERE unsettled;
CREATE INDEX IF NOT EXISTS job_rank ON understudy.job (rank);
CREATE INDEX IF NOT EXISTS job_state ON understudy.job (state, rank);
CREATE INDEX IF NOT EXISTS job_batch ON understudy.job (batch, state, rank);
-- The last time that something was told of a batch.
ALTER TABLE understudy.batch ADD COLUMN IF NOT EXISTS told_at text;
-- Batches that are forgotten, and whose jobs are not all gone.
CREATE TABLE IF NOT EXISTS understudy.forgotten (batch text PRIMARY KEY);
CREATE TABLE IF NOT EXISTS understudy.event (
  batch text NOT NULL,
  id bigint NOT NULL,
  job text NOT NULL,
  body json NOT NULL,
  PRIMARY KEY (batch, id)
);
CREATE TABLE IF NOT EXISTS understudy.dataset (
  name text PRIMARY KEY,
  created_at text NOT NULL,
  build json NOT NULL
);
CREATE TABLE IF NOT EXISTS understudy.worker (
  id text PRIMARY KEY,
  row json NOT NULL,
  until_ms bigint NOT NULL
);

-- Moves one count of a batch, and tells. The lock on the batch's row keeps its events in order.
CREATE OR REPLACE FUNCTION understudy.tell(p_batch text, p_job text, p_from text, p_to text, p_body json)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_event bigint;
BEGIN
  UPDATE understudy.batch SET
    queued = queued + (p_to = 'queued')::int - (p_from = 'queued')::int,
    running = running + (p_to = 'running')::int - (p_from = 'running')::int,
    completed = completed + (p_to = 'completed')::int - (p_from = 'completed')::int,
    failed = failed + (p_to = 'failed')::int - (p_from = 'failed')::int,
    cancelled = cancelled + (p_to = 'cancelled')::int - (p_from = 'cancelled')::int,
    last_event = last_event + (p_body IS NOT NULL)::int,
    told_at = COALESCE(p_body->>'at', told_at)
  WHERE id = p_batch RETURNING last_event INTO v_event;
  IF p_body IS NULL THEN RETURN; END IF;
  INSERT INTO understudy.event VALUES (p_batch, v_event, p_job, p_body);
  IF v_event % 1000 = 0 THEN
    DELETE FROM understudy.event WHERE batch = p_batch AND id <= v_event - ${EVENTS_KEPT};
  END IF;
  PERFORM pg_notify('understudy_events', p_batch);
END $$;

-- Whether a job that says so of itself is cancelled with its batch.
CREATE OR REPLACE FUNCTION understudy.is_cancelled(p_state text, p_era integer, p_cancels text[])
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT p_state IN ('queued', 'running') AND p_era < cardinality(p_cancels)
$$;

-- p_jobs: an array of {id, rank, item}. Of a cancelled batch they are cancelled.
CREATE OR REPLACE FUNCTION understudy.add_jobs(p_batch text, p_jobs json, p_at text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_cancelled boolean; v_added integer;
BEGIN
  SELECT cardinality(cancels) > 0 INTO v_cancelled FROM understudy.batch WHERE id = p_batch FOR UPDATE;
  INSERT INTO understudy.job (id, batch, rank, item, created_at, state, finished_at)
    SELECT e->>'id', p_batch, (e->>'rank')::bigint, e->'item', p_at,
      CASE WHEN v_cancelled THEN 'cancelled' ELSE 'queued' END, CASE WHEN v_cancelled THEN p_at END
    FROM json_array_elements(p_jobs) e ON CONFLICT (id) DO NOTHING;
  GET DIAGNOSTICS v_added = ROW_COUNT;
  UPDATE understudy.batch SET queued = queued + v_added * (NOT v_cancelled)::int,
    cancelled = cancelled + v_added * v_cancelled::int WHERE id = p_batch;
END $$;

-- p_change: the fields that change, JSON null for those that become null. Every function locks the batch before a job.
CREATE OR REPLACE FUNCTION understudy.move(p_job text, p_from text[], p_to text, p_change jsonb, p_body json)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE v_job understudy.job; v_cancels text[];
BEGIN
  SELECT cancels INTO v_cancels FROM understudy.batch
    WHERE id = (SELECT batch FROM understudy.job WHERE id = p_job) FOR UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  SELECT * INTO v_job FROM understudy.job WHERE id = p_job FOR UPDATE;
  IF understudy.is_cancelled(v_job.state, v_job.era, v_cancels) THEN v_job.state = 'cancelled'; END IF;
  IF v_job.id IS NULL OR NOT v_job.state = ANY (p_from) THEN RETURN false; END IF;
  UPDATE understudy.job SET
    state = p_to,
    era = cardinality(v_cancels),
    attempts = attempts + COALESCE((p_change->>'attempts')::int, 0),
    stage = CASE WHEN p_change ? 'stage' THEN NULLIF(p_change->'stage', 'null')::json ELSE stage END,
    error = CASE WHEN p_change ? 'error' THEN NULLIF(p_change->'error', 'null')::json ELSE error END,
    episodes = CASE WHEN p_change ? 'episodes' THEN p_change->'episodes' ELSE episodes END,
    rejected = CASE WHEN p_change ? 'rejected' THEN (p_change->'rejected')::json ELSE rejected END,
    started_at = CASE WHEN p_change ? 'startedAt' THEN p_change->>'startedAt' ELSE started_at END,
    finished_at = CASE WHEN p_change ? 'finishedAt' THEN p_change->>'finishedAt' ELSE finished_at END
  WHERE id = p_job;
  PERFORM understudy.tell(v_job.batch, p_job, v_job.state, p_to, p_body);
  RETURN true;
END $$;

CREATE OR REPLACE FUNCTION understudy.add_episode(p_job text, p_episode text, p_body json)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_batch understudy.batch;
BEGIN
  SELECT * INTO v_batch FROM understudy.batch
    WHERE id = (SELECT batch FROM understudy.job WHERE id = p_job) FOR UPDATE;
  UPDATE understudy.job SET episodes = episodes || to_jsonb(p_episode)
  WHERE id = p_job AND state = 'running' AND era = cardinality(v_batch.cancels) AND NOT episodes ? p_episode;
  IF FOUND THEN PERFORM understudy.tell(v_batch.id, p_job, '', '', p_body); END IF;
END $$;

DROP FUNCTION IF EXISTS understudy.cancel_some(text, integer, text, json);
CREATE OR REPLACE FUNCTION understudy.cancel_batch(p_batch text, p_at text, p_body json)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE v_batch understudy.batch;
BEGIN
  SELECT * INTO v_batch FROM understudy.batch WHERE id = p_batch FOR UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  IF v_batch.enqueued AND v_batch.queued + v_batch.running = 0 THEN RETURN true; END IF;
  UPDATE understudy.batch SET cancels = cancels || p_at, unsettled = true, enqueued = true,
    queued = 0, running = 0, cancelled = cancelled + queued + running WHERE id = p_batch;
  PERFORM understudy.tell(p_batch, '', '', '', p_body);
  RETURN true;
END $$;

CREATE OR REPLACE FUNCTION understudy.settle(p_limit integer)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE v_batch understudy.batch; v_count integer;
BEGIN
  SELECT * INTO v_batch FROM understudy.batch WHERE unsettled ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN 0; END IF;
  UPDATE understudy.job SET state = 'cancelled', finished_at = v_batch.cancels[era + 1]
    WHERE id IN (SELECT id FROM understudy.job WHERE batch = v_batch.id
      AND understudy.is_cancelled(state, era, v_batch.cancels) LIMIT p_limit);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  IF v_count < p_limit THEN UPDATE understudy.batch SET unsettled = false WHERE id = v_batch.id; END IF;
  RETURN v_count;
END $$;

CREATE OR REPLACE FUNCTION understudy.forget(p_before text, p_limit integer)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE v_batch text; v_count integer;
BEGIN
  SELECT batch INTO v_batch FROM understudy.forgotten LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    SELECT id INTO v_batch FROM understudy.batch
      WHERE enqueued AND queued + running = 0 AND created_at < p_before
        AND COALESCE(told_at, (SELECT max(body->>'at') FROM understudy.event WHERE event.batch = batch.id), created_at) < p_before
      ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN RETURN 0; END IF;
    DELETE FROM understudy.batch WHERE id = v_batch;
    DELETE FROM understudy.event WHERE batch = v_batch;
    INSERT INTO understudy.forgotten VALUES (v_batch);
  END IF;
  DELETE FROM understudy.job WHERE id IN (SELECT id FROM understudy.job WHERE batch = v_batch LIMIT p_limit);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  IF v_count < p_limit THEN DELETE FROM understudy.forgotten WHERE batch = v_batch; END IF;
  RETURN v_count + 1;
END $$;
`.split(/;\n+(?=CREATE|ALTER|DROP|--)/);
