-- Tells Plumbline about every study that Orthanc considers stable (no new instance for StableAge seconds), so that
-- late arrivals on old studies are checked at once instead of at the next nightly scan.
--
-- orthanc.json:  "LuaScripts": [ "/etc/orthanc/orthanc-notify.lua" ], "StableAge": 60, "HttpTimeout": 5
-- Environment of Orthanc:
--   PLUMBLINE_URL     where Plumbline listens, e.g. https://plumbline.example.org (default http://127.0.0.1:8484)
--   PLUMBLINE_TOKEN   bearer token, when Plumbline asks for one
--
-- Nothing about the patient is sent: the Study Instance UID is all. Asking twice is harmless.

local url = os.getenv('PLUMBLINE_URL') or 'http://127.0.0.1:8484'
local token = os.getenv('PLUMBLINE_TOKEN')

function OnStableStudy(studyId, tags, metadata)
  local uid = tags.StudyInstanceUID
  if uid == nil or not string.match(uid, '^[0-9.]+$') then
    print('plumbline: study ' .. studyId .. ' has no usable Study Instance UID, not notified')
    return
  end

  -- Orthanc answers nobody while a script runs, so Plumbline must not ask it anything before it answers (RFC 7240).
  local headers = { ['Content-Type'] = 'application/json', ['Prefer'] = 'respond-async' }
  if token ~= nil and token ~= '' then
    headers['Authorization'] = 'Bearer ' .. token
  end

  -- A failure must not disturb Orthanc; Plumbline's own polling finds the study later.
  local ok = pcall(function()
    return HttpPost(url .. '/api/v1/studies/' .. uid .. '/check', '{}', headers)
  end)
  if not ok then
    print('plumbline: could not be told of study ' .. studyId)
  end
end
