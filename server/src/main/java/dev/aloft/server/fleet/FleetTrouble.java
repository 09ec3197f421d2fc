package dev.aloft.server.fleet;

import dev.aloft.server.redis.RedisAddress;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Logs once that the server of the fleet cannot be used, and once that it can be again. Safe for many threads.
final class FleetTrouble {

    private static final Logger LOG = LoggerFactory.getLogger(FleetTrouble.class);

    private final RedisAddress address;
    private final Set<Part> broken = EnumSet.noneOf(Part.class);

    enum Part {
        SENDER,
        RECEIVER
    }

    FleetTrouble(RedisAddress address) {
        this.address = address;
    }

    synchronized void began(Part part, Exception reason) {
        if (broken.isEmpty()) {
            LOG.warn(
                    "fleet: {} does not work: {}; until it does, changes of other hosts are seen by asking S3 again",
                    address,
                    reason.getMessage());
        }
        broken.add(part);
    }

    synchronized void ended(Part part) {
        if (broken.remove(part) && broken.isEmpty()) {
            LOG.warn("fleet: {} works again", address);
        }
    }
}
