-- PUT of two manifests under one tag, in turn, so that each moves the tag. Arguments: the two files, their media type.

local bodies, turn = {}, 0

function init(args)
   for number = 1, 2 do
      local file = assert(io.open(args[number], "rb"))
      bodies[number] = file:read("*a")
      file:close()
   end
   wrk.headers["Content-Type"] = args[3]
end

function request()
   turn = turn % 2 + 1
   return wrk.format("PUT", nil, nil, bodies[turn])
end
