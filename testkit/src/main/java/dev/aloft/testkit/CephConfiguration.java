package dev.aloft.testkit;

import dev.aloft.lab.DataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/// The settings of a Ceph cluster of one monitor, one object store in memory and one S3 gateway, on loopback.
///
/// @param data the cluster's folder
/// @param cluster its id
/// @param monitorPort of the monitor, protocol 2
/// @param oldMonitorPort of the monitor, protocol 1
/// @param gatewayPort of S3
record CephConfiguration(DataFolder data, UUID cluster, int monitorPort, int oldMonitorPort, int gatewayPort) {

    /// Settings with ports that are free at this moment.
    static CephConfiguration onFreePorts(DataFolder data) throws IOException {
        return new CephConfiguration(data, UUID.randomUUID(), FreePort.next(), FreePort.next(), FreePort.next());
    }

    Path file() {
        return data.path().resolve("ceph.conf");
    }

    String monitorAddresses() {
        return "[v2:127.0.0.1:" + monitorPort + ",v1:127.0.0.1:" + oldMonitorPort + "]";
    }

    void write() throws IOException {
        Files.createDirectories(data.path().resolve("mon"));
        Files.createDirectories(data.path().resolve("osd"));
        Files.writeString(file(), text());
    }

    /// Without authentication every connection has to be `crc`, or the gateway asks for keys for ever. Without
    /// `tcp_nodelay` every answer with a body takes 40 ms.
    private String text() {
        return """
        [global]
        fsid = %1$s
        mon host = %2$s
        public addr = 127.0.0.1
        cluster addr = 127.0.0.1
        auth cluster required = none
        auth service required = none
        auth client required = none
        ms mon client mode = crc
        ms mon cluster mode = crc
        ms mon service mode = crc
        ms cluster mode = crc
        ms service mode = crc
        ms client mode = crc
        osd pool default size = 1
        osd pool default min size = 1
        mon allow pool size one = true
        osd crush chooseleaf type = 0
        osd pool default pg num = 8
        osd pool default pgp num = 8
        osd pool default pg autoscale mode = off
        paxos propose interval = 0.05
        mon lease = 1
        run dir = %3$s/run
        crash dir = %3$s/run
        log file = %3$s/log/$name.log
        admin socket = %4$s
        pid file =

        [mon]
        mon data = %3$s/mon

        [osd]
        osd data = %3$s/osd
        osd objectstore = memstore
        memstore device bytes = 4294967296

        [client.rgw]
        rgw frontends = beast endpoint=127.0.0.1:%5$d tcp_nodelay=1
        rgw data = %3$s/run
        """.formatted(cluster, monitorAddresses(), data.path(), data.socket("$name.asok"), gatewayPort);
    }
}
