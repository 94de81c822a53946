console.log("drafts removed");
