package dev.aloft.server.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.aloft.store.StoreFigures;
import dev.aloft.testkit.Eventually;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Memory, descriptors and reads after many faults.
final class S3FaultLeaksTest extends S3FaultsFixture {

    @Test
    @Timeout(120)
    void faultsLeaveNothingBehind() throws Exception {
        for (Kept kept : Kept.values()) {
            put("again-" + kept, kept.bytes());
        }
        meetFaults(10);
        long heap = heapBytes();
        long descriptors = descriptors();
        meetFaults(50);
        assertThat(heapBytes() - heap).as("growth of the heap").isLessThan(4 << 20);
        assertThat(descriptors() - descriptors).as("more descriptors").isLessThan(20);
        StoreFigures figures = s3.bucket().figures();
        Eventually.await("the last unused fetch has ended", () -> figures.reading() + figures.awaiting() == 0);
    }

    private void meetFaults(int rounds) throws Exception {
        for (int i = 0; i < rounds; i++) {
            for (Kept kept : Kept.values()) {
                for (Fault fault : List.of(Fault.REFUSED, Fault.EXPIRED, Fault.CUT_ALWAYS)) {
                    keeping.purgeEverything();
                    fall(fault, kept, "again-" + kept);
                    assertThat(get(kept, "again-" + kept).status()).isIn(200, 404, 503);
                    s3.front().reset();
                }
            }
        }
    }

    /// Without what the front before S3 has written down of every request.
    private long heapBytes() throws Exception {
        recover();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }
}
