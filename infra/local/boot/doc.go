// Package boot stands in for the machines: an EC2 instance that runs in the AWS emulator becomes a Kubernetes Node as
// the node itself would do it.
//
// A real instance boots an image, reads its user data, obtains a client certificate, registers a Node, turns Ready,
// announces its devices, renews a lease and runs the pods that the scheduler binds to it. Run does the same for every
// instance that it sees running, with the delays shortened and without containers:
//
//	EC2 running --BootDelay--> user data parsed --> Node registered --ReadyDelay--> Ready --DeviceDelay--> devices
//	                                                     |
//	                         pods bound to it: Pending --StartDelay--> Running --StopDelay or grace--> gone
//
// What a real node could not do fails here too. The node speaks to the server and trusts the authority that its user
// data names; its certificate is CN=system:node:NAME, O=system:nodes, so that the Node authorizer and NodeRestriction
// judge every one of its writes; its labels and taints are those of its kubelet flags and no others. User data that
// cannot be parsed, or that names another cluster, leaves an instance that runs, costs money and never joins.
//
// Beside the nodes Run plays the cloud controller manager, with the administrator's kubeconfig: it clears the
// "uninitialized" taint and adds the instance-type, zone and region labels, and it deletes Nodes whose instance is
// gone. Evictions for NoExecute taints, the not-ready taint and garbage of pods are the real controllers' business.
//
// Not modelled: images (a node reports the API server's version), containers and probes, the kubelet's own admission
// of pods, evictions under pressure.
package boot
