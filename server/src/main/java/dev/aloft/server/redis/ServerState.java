package dev.aloft.server.redis;

import dev.aloft.server.redis.RedisConnection.Reply;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Statements of a server about itself, from `INFO`.
///
/// @param mode `standalone`, `cluster` or `sentinel`
/// @param role `master` or `slave`
/// @param history changes with each start and each fail-over; each of them is empty if the server does not tell
record ServerState(String mode, String role, String history) {

    static final ServerState UNKNOWN = new ServerState("", "", "");

    /// A user who may not call `INFO` gets [#UNKNOWN].
    static ServerState read(RedisConnection connection) throws IOException {
        Map<String, String> fields = new HashMap<>();
        for (Reply reply : connection.callAll(List.of(List.of("INFO", "server"), List.of("INFO", "replication")))) {
            if (!(reply instanceof Reply.Text)) {
                return UNKNOWN;
            }
            reply.toString().lines().filter(line -> line.contains(":")).forEach(line -> {
                int colon = line.indexOf(':');
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            });
        }
        String run = fields.getOrDefault("run_id", "");
        String replication = fields.getOrDefault("master_replid", "");
        return new ServerState(
                fields.getOrDefault("redis_mode", fields.getOrDefault("server_mode", "")),
                fields.getOrDefault("role", ""),
                run.isEmpty() || replication.isEmpty() ? "" : run + ":" + replication);
    }

    void requirePrimary(RedisAddress address) throws IOException {
        if (mode.equals("sentinel")) {
            throw new IOException("it is a Sentinel: write redis+sentinel://"
                    + address.hosts().getFirst() + "/NAME");
        }
        if (role.equals("slave") && !mode.equals("cluster")) { // In a cluster, MOVED leads on.
            throw new IOException("it is a replica");
        }
    }
}
