-- A push cycle: POST opens an upload, PUT ends it with the content. One connection a thread. Arguments: a file with a
-- digest and a content in each line, and how many threads there are.

local threads = 0

function setup(thread)
   thread:set("number", threads)
   threads = threads + 1
end

local blobs, at, location = {}, 0, nil

function init(args)
   local line_number = 0
   for line in io.lines(args[1]) do
      if line_number % tonumber(args[2]) == number then
         local digest, content = line:match("^(%S+) (%S+)$")
         blobs[#blobs + 1] = { digest, content }
      end
      line_number = line_number + 1
   end
   wrk.headers["Content-Type"] = "application/octet-stream"
end

function request()
   if not location then
      return wrk.format("POST", nil, nil, "")
   end
   at = at % #blobs + 1
   local mark = location:find("?", 1, true) and "&" or "?"
   return wrk.format("PUT", location .. mark .. "digest=" .. blobs[at][1], nil, blobs[at][2])
end

function response(status, headers)
   local opened = status == 202 and (headers["Location"] or headers["location"])
   location = opened and opened:gsub("^https?://[^/]+", "") or nil
end
